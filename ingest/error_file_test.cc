// Refused rows go back as they came, and what was mended loads again.
#include "ingest/error_file.h"

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "gmock/gmock.h"
#include "ingest/testing.h"
#include "ingest/text_file.h"

namespace probity::ingest {
namespace {

using testing::CollectingSink;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Workshop;

// Puts down what a format refuses, as a load does.
class RefusingSink final : public RowSink {
 public:
  explicit RefusingSink(const std::string& path) : writer_(path) {}
  absl::Status Accept(const Row&, v1::Record*) override { return absl::OkStatus(); }
  absl::Status Refuse(const Row& row, const RowFault& fault) override {
    return writer_.Add(row, fault, false);
  }
  absl::Status Warn(const Row& row, const RowFault& fault) override {
    return writer_.Add(row, fault, true);
  }
  absl::Status Advance(uint64_t) override { return absl::OkStatus(); }
  absl::Status Close() { return writer_.Close(); }

 private:
  RejectedWriter writer_;
};

class ErrorFileTest : public ::testing::Test {
 protected:
  // What goes back of `file` after all of `files` were read.
  std::string Back(const std::string& format, const std::vector<InputFile>& files,
                   const std::string& file) {
    RefusingSink sink(path_);
    EXPECT_EQ(workshop_.Read(format, files, &sink), absl::OkStatus());
    EXPECT_EQ(sink.Close(), absl::OkStatus());
    return Back(file);
  }
  std::string Back(const std::string& file, size_t piece = 1) {
    ErrorFile error_file(path_, file);
    std::string all;
    for (;;) {
      const auto next = error_file.Next(piece);
      EXPECT_EQ(next.status(), absl::OkStatus());
      if (!next.ok() || next->empty()) return all;
      all += *next;
    }
  }
  CollectingSink Again(const std::string& format, const std::string& text) {
    CollectingSink sink;
    EXPECT_EQ(workshop_.Read(format, {workshop_.Write("again", text)}, &sink), absl::OkStatus());
    return sink;
  }

  Workshop workshop_;
  const std::string path_ = workshop_.directory() + "/rejected";
};

TEST_F(ErrorFileTest, CsvGoesBackWithTheSendersColumns) {
  const std::string csv =
      "record_type,key,name,founded\n"
      "supplier,1,\"Kiln, \"\"North\"\"\",2024-02-31\n"
      "supplier,2,Mill,2024-02-28\n"
      "supplier,3,\"=cmd()\nnext\",soon\n";
  const std::string back = Back("probity-csv", {workshop_.Write("f.csv", csv)}, "f.csv");
  EXPECT_THAT(back,
              HasSubstr("record_type,key,name,founded,probity_line,probity_reason,probity_column,"
                        "probity_message\r\nsupplier,1,\"Kiln, \"\"North\"\"\",2024-02-31,2,"
                        "ROW_DATE,founded,"));
  EXPECT_THAT(back, HasSubstr("\r\nsupplier,3,\"'=cmd()\nnext\",soon,4,ROW_DATE,founded,"));
  EXPECT_THAT(back, Not(HasSubstr("Mill")));
  // Mended, its rows are what they were, but for what was mended.
  std::string mended = back;
  mended.replace(mended.find("2024-02-31"), 10, "2024-02-29");
  const CollectingSink again = Again("probity-csv", mended);
  ASSERT_EQ(again.records.size(), 1u);
  EXPECT_EQ(again.records[0].supplier().names(0).text(), "Kiln, \"North\"");
  EXPECT_EQ(again.records[0].supplier().founded().day(), 29);
  ASSERT_EQ(again.refused.size(), 1u);
  mended.replace(mended.find("soon"), 4, "2023");
  EXPECT_EQ(Again("probity-csv", mended).records[1].supplier().names(0).text(), "=cmd()\nnext");
}

TEST_F(ErrorFileTest, RowsThatDoNotSplitLoseNothing) {
  const std::string long_name(10000, 'n');
  const std::string csv =
      "record_type,key,name\n"
      "supplier,1\n"
      "supplier,2,a,b,c\n"
      "supplier,3,a\"b\"\n"
      "supplier,4,M\xFCller\n"
      "planet,5," +
      long_name + "\n";
  const std::string back = Back("probity-csv", {workshop_.Write("f.csv", csv)}, "f.csv");
  EXPECT_THAT(back, HasSubstr("\r\nsupplier,1,,2,ROW_COLUMNS,,"));
  EXPECT_THAT(back, HasSubstr("\r\nsupplier,2,\"a,b,c\",3,ROW_COLUMNS,,"));
  EXPECT_THAT(back, HasSubstr("\r\n\"supplier,3,a\"\"b\"\"\",,,4,ROW_SYNTAX,,"));
  EXPECT_THAT(back, HasSubstr("\r\nsupplier,4,M\xEF\xBF\xBDller,5,ROW_ENCODING,,"));
  // Whole, although what is shown of it is cut.
  EXPECT_THAT(back, HasSubstr("\r\nplanet,5," + long_name + ",6,ROW_VALUE,record_type,"));
  bool more = false;
  EXPECT_EQ(ReadRejected(path_, 4, 1, &more)->at(0).raw().size(), kMaxRawBytes);
}

TEST_F(ErrorFileTest, EachFileHasItsOwnAndWarningsAreNone) {
  RejectedWriter writer(path_);
  FileForm form;
  form.columns = {"a", "b"};
  form.delimiter = ';';
  form.marked = true;
  const RowFault fault = {v1::ERROR_REASON_ROW_VALUE, "a", "why"};
  ASSERT_TRUE(writer.Add({"f", 2, "kept;1", false, &form}, fault, true).ok());
  ASSERT_TRUE(writer.Add({"g", 2, "other"}, fault, false).ok());
  ASSERT_TRUE(writer.Add({"f", 3, "x;1", false, &form}, fault, false).ok());
  // Two records of one row.
  ASSERT_TRUE(writer.Add({"f", 4, "y;2", false, &form}, fault, false).ok());
  ASSERT_TRUE(
      writer.Add({"f", 4, "y;2", true, &form}, {v1::ERROR_REASON_ROW_DATE, "b", "when"}, false)
          .ok());
  ASSERT_TRUE(writer.Close().ok());
  const std::string expected =
      "\xEF\xBB\xBF"
      "a;b;probity_line;probity_reason;probity_column;probity_message\r\n"
      "x;1;3;ROW_VALUE;a;why\r\n"
      "y;2;4;\"ROW_VALUE; ROW_DATE\";\"a; b\";why | when\r\n";
  for (const size_t piece : {size_t{1}, size_t{1} << 20}) EXPECT_EQ(Back("f", piece), expected);
  // A file whose rows are of another kind says where and why.
  EXPECT_EQ(Back("g"),
            "probity_line,probity_reason,probity_column,probity_message\r\n"
            "2,ROW_VALUE,a,why\r\n");
  EXPECT_EQ(Back("h"), "");
}

TEST_F(ErrorFileTest, AFileThatComesBackTwiceKeepsOneSetOfColumns) {
  const std::string csv = "record_type,key,name,founded\nsupplier,1,'-x,no\nsupplier,2,-y,no\n";
  const std::string first = Back("probity-csv", {workshop_.Write("f.csv", csv)}, "f.csv");
  EXPECT_THAT(first, HasSubstr("supplier,1,''-x,no,2,"));
  const std::string second = Back("probity-csv", {workshop_.Write("f.csv", first)}, "f.csv");
  EXPECT_EQ(second, first);
}

TEST_F(ErrorFileTest, AllRowsOfAnAuditGoBack) {
  const std::string csv =
      "record_type,key,scheme,finding_id,finding_severity\n"
      "audit,A,SMETA,F1,MAJOR\n"
      "audit,A,SMETA,F2,MINOR\n";
  class Refuser final : public RowSink {
   public:
    explicit Refuser(const std::string& path) : writer(path) {}
    absl::Status Accept(const Row& row, v1::Record*) override {
      return writer.Add(row, {v1::ERROR_REASON_ROW_VALUE, "", "all of it"}, false);
    }
    absl::Status Refuse(const Row&, const RowFault&) override { return absl::OkStatus(); }
    absl::Status Warn(const Row&, const RowFault&) override { return absl::OkStatus(); }
    absl::Status Advance(uint64_t) override { return absl::OkStatus(); }
    RejectedWriter writer;
  } sink(path_);
  ASSERT_TRUE(workshop_.Read("probity-csv", {workshop_.Write("f.csv", csv)}, &sink).ok());
  ASSERT_TRUE(sink.writer.Close().ok());
  EXPECT_THAT(Back("f.csv"), HasSubstr("\r\naudit,A,SMETA,F1,MAJOR,2,ROW_VALUE,,all of it\r\n"
                                       "audit,A,SMETA,F2,MINOR,2,ROW_VALUE,,all of it\r\n"));
}

TEST_F(ErrorFileTest, JsonLinesGoBackAsTheyCame) {
  const std::string lines =
      "{\"key\":\"1\",\"supplier\":{\"names\":[{\"text\":\"Kiln\"}]},\"colour\":1.50}\n"
      "{\"key\":\"2\"\n"
      "{}x\n";
  const std::string back = Back("probity-jsonl", {workshop_.Write("f.jsonl", lines)}, "f.jsonl");
  EXPECT_THAT(back, HasSubstr("{\"key\":\"1\",\"supplier\":{\"names\":[{\"text\":\"Kiln\"}]},"
                              "\"colour\":1.50,\"probity_line\":1,\"probity_reason\":"
                              "\"ROW_SYNTAX\",\"probity_column\":\"\",\"probity_message\":\""));
  EXPECT_THAT(back, HasSubstr("\n{\"probity_raw\":\"{\\\"key\\\":\\\"2\\\"\",\"probity_line\":2,"));
  std::string mended = back.substr(0, back.find('\n') + 1);
  mended.erase(mended.find(",\"colour\":1.50"), 14);
  const CollectingSink again = Again("probity-jsonl", mended);
  ASSERT_EQ(again.records.size(), 1u);
  EXPECT_EQ(again.records[0].supplier().names(0).text(), "Kiln");
  // Unmended it comes back with what is said of it now.
  const std::string second = Back("probity-jsonl", {workshop_.Write("f.jsonl", back)}, "f.jsonl");
  EXPECT_THAT(second, HasSubstr("\"colour\":1.5,\"probity_line\":1,"));
  EXPECT_EQ(second.find("probity_line"), second.rfind("probity_line", second.find('\n')));
}

TEST_F(ErrorFileTest, AFileWithoutHeaderGoesBackWithOneAndIsReadWithIt) {
  const std::string mapping =
      "record_type: 'supplier' key_columns: 'no' header: ['no', 'name', 'born'] delimiter: ';' "
      "columns { column: 'name' field: 'name' } columns { column: 'born' field: 'founded' }";
  const InputFile map = workshop_.Write("m", mapping, v1::FILE_ROLE_MAPPING);
  const std::string back =
      Back("mapped-csv", {map, workshop_.Write("f.csv", "1;Kiln;yes\n2;Mill;2020\n")}, "f.csv");
  EXPECT_THAT(back, HasSubstr("no;name;born;probity_line;"));
  EXPECT_THAT(back, HasSubstr("\r\n1;Kiln;yes;1;ROW_DATE;born;"));
  std::string mended = back;
  mended.replace(mended.find("yes"), 3, "1955");
  CollectingSink sink;
  ASSERT_EQ(workshop_.Read("mapped-csv", {map, workshop_.Write("again", mended)}, &sink),
            absl::OkStatus());
  ASSERT_EQ(sink.records.size(), 1u);
  EXPECT_EQ(sink.records[0].supplier().founded().year(), 1955);
}

// Quotes kept such a name apart where it came from; a byte order mark does where it goes back.
TEST_F(ErrorFileTest, AColumnThatIsCalledAsPackedFilesBeginIsText) {
  for (const std::string name : {"BZh91AY&SY", "PK\x03\x04", "P*M\x18", "\xEF\xBB\xBFno"}) {
    const InputFile map = workshop_.Write(
        "m",
        absl::StrCat("record_type: 'supplier' key_columns: '", name,
                     "' columns { column: 'name' field: 'name' } columns { column: 'born' field: "
                     "'founded' }"),
        v1::FILE_ROLE_MAPPING);
    const std::string csv = absl::StrCat("\"", name, "\",name,born\n1,Kiln,yes\n");
    const std::string first = Back("mapped-csv", {map, workshop_.Write("f.csv", csv)}, "f.csv");
    EXPECT_THAT(first, HasSubstr("\r\n1,Kiln,yes,2,ROW_DATE,born,"));
    EXPECT_EQ(Back("mapped-csv", {map, workshop_.Write("f.csv", first)}, "f.csv"), first);
  }
}

TEST_F(ErrorFileTest, ADamagedFileOfRowsIsNoEnd) {
  std::ofstream(path_, std::ios::binary) << "\x20 not a row";
  EXPECT_EQ(ReasonOf(ErrorFile(path_, "f").Next(1).status()), v1::ERROR_REASON_STORE_CORRUPT);
  bool more = false;
  EXPECT_EQ(ReasonOf(ReadRejected(path_, 0, 1, &more).status()), v1::ERROR_REASON_STORE_CORRUPT);
}

TEST(WithoutAddedMembersTest, TakesOnlyMembersOfTheObjectItself) {
  EXPECT_EQ(WithoutAddedMembers("{\"a\":1}"), "");
  EXPECT_EQ(WithoutAddedMembers("{\"a\":\"\\\"probity_x\"}"), "");
  EXPECT_EQ(WithoutAddedMembers("{\"a\":{\"probity_x\":1}}"), "");
  EXPECT_EQ(WithoutAddedMembers("[\"probity_x\"]"), "");
  EXPECT_EQ(WithoutAddedMembers("{\"probity_x\":1,\"a\":12345678901234567890}"),
            "{\"a\":12345678901234567890}");
}

}  // namespace
}  // namespace probity::ingest
