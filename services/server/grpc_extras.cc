#include "services/server/grpc_extras.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "grpcpp/ext/channelz_service_plugin.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/impl/server_builder_option.h"

namespace probity::server {
namespace {

// Its class is not to be had.
constexpr char kChannelz[] = "channelz_service";

// The library of reflection does this by itself.
const bool kChannelzIsOffered = [] {
  grpc::channelz::experimental::InitChannelzService();
  return true;
}();

class OnlyWanted final : public grpc::ServerBuilderOption {
 public:
  OnlyWanted(bool reflection, bool channelz)
      : reflection_(reflection), channelz_(channelz && kChannelzIsOffered) {}

  void UpdateArguments(grpc::ChannelArguments* /*args*/) override {}

  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
    const auto unwanted = [this](const std::unique_ptr<grpc::ServerBuilderPlugin>& plugin) {
      using Reflection = grpc::reflection::ProtoServerReflectionPlugin;
      if (dynamic_cast<const Reflection*>(plugin.get()) != nullptr) return !reflection_;
      return plugin->name() == kChannelz && !channelz_;
    };
    plugins->erase(std::remove_if(plugins->begin(), plugins->end(), unwanted), plugins->end());
  }

 private:
  const bool reflection_, channelz_;
};

}  // namespace

void KeepWantedExtras(const config::v1::ServerConfig& config, grpc::ServerBuilder* builder) {
  builder->SetOption(
      std::make_unique<OnlyWanted>(!config.disable_reflection(), config.enable_channelz()));
}

}  // namespace probity::server
