# Code of the protos, made with each build and never committed: PROBITY_GENERATED is its root,
# probity_client_protos its objects. And what all clients share in JSON, to compile in.
find_program(GRPC_CPP_PLUGIN grpc_cpp_plugin REQUIRED)
set(PROBITY_GENERATED ${PROJECT_BINARY_DIR}/generated)

# All there are: a list would only repeat that of proto/CMakeLists.txt.
file(GLOB protos CONFIGURE_DEPENDS RELATIVE ${PROBITY_ROOT}/proto ${PROBITY_ROOT}/proto/probity/v1/*.proto)
set(generated "")
foreach(proto ${protos})
  string(REGEX REPLACE "\\.proto$" "" stem ${PROBITY_GENERATED}/${proto})
  set(made ${stem}.pb.cc ${stem}.pb.h)
  set(grpc "")
  if(proto MATCHES "_service\\.proto$")
    list(APPEND made ${stem}.grpc.pb.cc ${stem}.grpc.pb.h)
    set(grpc --grpc_out=${PROBITY_GENERATED} --plugin=protoc-gen-grpc=${GRPC_CPP_PLUGIN})
  endif()
  add_custom_command(OUTPUT ${made}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${PROBITY_GENERATED}
    COMMAND protobuf::protoc -I${PROBITY_ROOT}/proto --cpp_out=${PROBITY_GENERATED} ${grpc} ${proto}
    DEPENDS ${PROBITY_ROOT}/proto/${proto} VERBATIM)
  list(APPEND generated ${made})
endforeach()

# The details of errors, in a folder that is not installed.
set(PROBITY_WIRE ${PROJECT_BINARY_DIR}/wire)
set(made ${PROBITY_WIRE}/rpc_status.pb.cc ${PROBITY_WIRE}/rpc_status.pb.h)
add_custom_command(OUTPUT ${made}
  COMMAND ${CMAKE_COMMAND} -E make_directory ${PROBITY_WIRE}
  COMMAND protobuf::protoc -I${PROBITY_ROOT}/clients/proto --cpp_out=${PROBITY_WIRE} rpc_status.proto
  DEPENDS ${PROBITY_ROOT}/clients/proto/rpc_status.proto VERBATIM)
list(APPEND generated ${made})

add_library(probity_client_protos OBJECT ${generated})
target_include_directories(probity_client_protos SYSTEM PUBLIC ${PROBITY_GENERATED} ${PROBITY_WIRE})
target_link_libraries(probity_client_protos PUBLIC PkgConfig::GRPCPP protobuf::libprotobuf)

file(READ ${PROBITY_ROOT}/clients/service_config.json PROBITY_SERVICE_CONFIG)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROBITY_ROOT}/clients/service_config.json)
configure_file(src/service_config_text.cc.in service_config_text.cc @ONLY)

# As a table of constants: a reason or a code that there is not does not compile.
file(READ ${PROBITY_ROOT}/clients/error_codes.json codes)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROBITY_ROOT}/clients/error_codes.json)
set(PROBITY_ERROR_CODES "")
string(JSON last_code LENGTH ${codes})
math(EXPR last_code "${last_code} - 1")
foreach(at RANGE ${last_code})
  string(JSON code MEMBER ${codes} ${at})
  string(JSON last_reason LENGTH ${codes} ${code})
  math(EXPR last_reason "${last_reason} - 1")
  foreach(reason_at RANGE ${last_reason})
    string(JSON reason GET ${codes} ${code} ${reason_at})
    string(APPEND PROBITY_ERROR_CODES
      "      {v1::ERROR_REASON_${reason}, grpc::StatusCode::${code}},\n")
  endforeach()
endforeach()
configure_file(src/testing/error_codes.cc.in error_codes.cc @ONLY)
