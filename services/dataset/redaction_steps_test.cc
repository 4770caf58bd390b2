#include "services/dataset/redaction_steps.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/tables.h"
#include "base/testing.h"
#include "gtest/gtest.h"
#include "storage/memory/in_memory_store.h"
#include "storage/testing/builders.h"

namespace probity::dataset {
namespace {

TEST(TellsTest, ShortTextsOnlyAlone) {
  EXPECT_TRUE(Tells("Jo", {"Jo"}));
  EXPECT_FALSE(Tells("Jon", {"Jo"}));
  EXPECT_FALSE(Tells("a Joe", {"Joe"}));
  EXPECT_TRUE(Tells("a John", {"John"}));
  EXPECT_FALSE(Tells("a Jon", {"John"}));
  EXPECT_FALSE(Tells("a John", {}));
}

TEST(MaskLoadTest, TakesTextsOutOfWhatIsOnRecord) {
  v1::Load load;
  load.set_name("datasets/d/loads/1");
  load.set_note("of John");
  load.mutable_error()->set_message("row of John");
  load.add_lifted()->set_display_name("John");
  load.add_lifted()->set_display_name("Ann");
  EXPECT_FALSE(MaskLoad({"Zoe Z"}, &load));
  EXPECT_EQ(load.lifted(0).display_name(), "John");
  EXPECT_TRUE(MaskLoad({"John"}, &load));
  EXPECT_EQ(load.DebugString().find("John"), std::string::npos) << load.DebugString();
  EXPECT_EQ(load.lifted(1).display_name(), "Ann");
  EXPECT_FALSE(MaskLoad({"John"}, &load));
}

class MaskFilesTest : public ::testing::Test {
 protected:
  MaskFilesTest() {
    directory_ = ::testing::TempDir() + "/loads-XXXXXX";
    EXPECT_NE(mkdtemp(directory_.data()), nullptr);
    std::filesystem::create_directory(directory_ + "/1");
  }
  ~MaskFilesTest() override { std::filesystem::remove_all(directory_); }
  std::string Path(const std::string& name) const { return directory_ + "/1/" + name; }
  void Write(const std::string& name, const std::string& bytes) {
    std::ofstream(Path(name)) << bytes;
  }

  std::string directory_;
};

TEST_F(MaskFilesTest, OverwritesTextsInPlace) {
  for (const char* name : {"rejected", "preview", "lifted", "file-0"}) {
    Write(name, "John, Jo and JohnJohn");
  }
  ASSERT_TRUE(MaskFiles(directory_, {"John", "Jo"}).ok());
  for (const char* name : {"rejected", "preview", "lifted"}) {
    EXPECT_EQ(ReadFile(Path(name)).value(), "****, Jo and ********") << name;
  }
  EXPECT_EQ(ReadFile(Path("file-0")).value(), "John, Jo and JohnJohn") << "as it was sent";
  EXPECT_TRUE(MaskFiles(directory_ + "/none", {"John"}).ok()) << "nothing was ever loaded";
}

TEST(MakeTaskTest, TellsWhatTheStoreStillHolds) {
  storage::InMemoryStore store(TestIdentifiers(), std::string(16, 'x'));
  ASSERT_TRUE(storage::testing::CreateDataset(&store, "d", v1::ABSENCE_MODE_RETRACTED).ok());
  for (const char* name : {"Old Name", "New Name"}) {
    ASSERT_TRUE(
        storage::testing::Load(&store, {"d", {storage::testing::Party("k", name, {})}}).ok());
  }
  storage::v1::RedactionLine line;
  line.mutable_redaction()->set_name("redactions/r");
  line.mutable_redaction()->set_record("datasets/d/records/k");
  const auto task = MakeTask(store, line);
  ASSERT_TRUE(task.ok());
  EXPECT_EQ(task->versions, 2u);
  EXPECT_EQ(task->texts, (std::set<std::string>{"New Name", "Old Name"}));
  EXPECT_TRUE(task->has_names && task->is_known);
  line.mutable_redaction()->set_record("datasets/d/records/none");
  EXPECT_FALSE(MakeTask(store, line)->is_known);
  line.mutable_redaction()->set_record("nothing");
  EXPECT_FALSE(MakeTask(store, line).ok());
}

}  // namespace
}  // namespace probity::dataset
