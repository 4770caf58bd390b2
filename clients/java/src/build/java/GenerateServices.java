import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes a class for each service: one method for each RPC, which calls it through Calls, so that errors, deadlines and
 * what is sent again are the same for all. Run by the build, as: GenerateServices DESCRIPTORS FOLDER.
 */
final class GenerateServices {
  private static final String HEAD = """
      // Generated from %s by GenerateServices.java.
      package dev.probity.client;

      /**
       * %s
       */
      public final class %s {
        private final Calls calls;

        %3$s(Calls calls) {
          this.calls = calls;
        }
      """;

  private GenerateServices() {}

  public static void main(String[] arguments) throws Exception {
    FileDescriptorSet files = FileDescriptorSet.parseFrom(Files.readAllBytes(Path.of(arguments[0])));
    Path folder = Path.of(arguments[1]);
    Files.createDirectories(folder);
    Map<String, FileDescriptorProto> protos =
        files.getFileList().stream().collect(Collectors.toMap(FileDescriptorProto::getName, file -> file));
    Map<String, FileDescriptor> built = new HashMap<>();
    for (String name : protos.keySet()) {
      FileDescriptor file = build(name, protos, built);
      for (ServiceDescriptor service : file.getServices()) {
        if (service.getFullName().startsWith("probity.v1.")) {
          write(folder, service, protos.get(name));
        }
      }
    }
  }

  private static FileDescriptor build(String name, Map<String, FileDescriptorProto> protos,
      Map<String, FileDescriptor> built) throws Exception {
    if (!built.containsKey(name)) {
      FileDescriptorProto proto = protos.get(name);
      FileDescriptor[] needed = new FileDescriptor[proto.getDependencyCount()];
      for (int i = 0; i < needed.length; i++) {
        needed[i] = build(proto.getDependency(i), protos, built);
      }
      built.put(name, FileDescriptor.buildFrom(proto, needed));
    }
    return built.get(name);
  }

  private static void write(Path folder, ServiceDescriptor service, FileDescriptorProto file) throws IOException {
    String text = HEAD.formatted(file.getName(), comment(file, List.of(6, service.getIndex()), " "), service.getName());
    for (MethodDescriptor method : service.getMethods()) {
      if (!method.isClientStreaming()) { // There is one of these: ScreeningStream.
        text += methodOf(service, method, comment(file, List.of(6, service.getIndex(), 2, method.getIndex()), "   "));
      }
    }
    Files.writeString(folder.resolve(service.getName() + ".java"), text + "}\n");
  }

  private static String methodOf(ServiceDescriptor service, MethodDescriptor method, String comment) {
    String name = Character.toLowerCase(method.getName().charAt(0)) + method.getName().substring(1);
    String request = type(method.getInputType());
    String response = type(method.getOutputType());
    String rpc = "dev.probity.v1.%sGrpc.get%sMethod()".formatted(service.getName(), method.getName());
    String returned = response;
    String call = "calls.unary(%s, request)".formatted(rpc);
    if (method.isServerStreaming()) {
      returned = "ResponseStream<%s>".formatted(response);
      call = "calls.serverStream(%s, request)".formatted(rpc);
    } else if (method.getInputType().findFieldByName("page_token") != null) {
      FieldDescriptor items = itemsOf(method.getOutputType());
      returned = "Listing<%s, %s>".formatted(response, type(items.getMessageType()));
      call = "new Listing<>(page -> calls.unary(%s, page), request, %s::get%sList)".formatted(rpc, response, camel(items));
    }
    return """

          /**
           * %s
           */
          public %s %s(%s request) {
            return %s;
          }
        """.formatted(comment, returned, name, request, call);
  }

  /** What a listing lists: the first list of messages in its answer. */
  private static FieldDescriptor itemsOf(Descriptor response) {
    return response.getFields().stream()
        .filter(field -> field.isRepeated() && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE).findFirst()
        .orElseThrow(() -> new IllegalStateException(response.getFullName() + " lists nothing"));
  }

  private static String camel(FieldDescriptor field) {
    String json = field.getJsonName();
    return Character.toUpperCase(json.charAt(0)) + json.substring(1);
  }

  private static String type(Descriptor message) {
    return message.getFile().getOptions().getJavaPackage() + "." + message.getName();
  }

  private static String comment(FileDescriptorProto file, List<Integer> path, String indent) {
    String text = file.getSourceCodeInfo().getLocationList().stream().filter(at -> at.getPathList().equals(path))
        .map(Location::getLeadingComments).findFirst().orElse("").strip();
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("*/", "*&#47;").replace("@", "&#64;")
        .replaceAll("\n ?", "\n" + indent + "* ");
  }
}
