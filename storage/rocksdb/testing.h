// Makes databases of rows and changes single rows of closed ones, behind the back of store and
// log, for tests of what is noticed.
#ifndef PROBITY_STORAGE_ROCKSDB_TESTING_H_
#define PROBITY_STORAGE_ROCKSDB_TESTING_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "probity/v1/record.pb.h"

namespace probity::storage::testing {

// Makes a database in `path`, with the tables of an evidence log, of the rows of a text file: a
// line each of table, key and value, the last two in hex, "-" for an empty value. INVALID_ARGUMENT
// names the line.
absl::Status MakeDatabase(const std::string& path, const std::string& rows_file);

// Changes the value of one row of the database in `path`; a value that is empty
// afterwards takes the row away. NOT_FOUND without table or row.
absl::Status ChangeRow(const std::string& path, const std::string& table, const std::string& key,
                       const std::function<void(std::string*)>& change);

// Changes the newest version of the record of that key, of whichever dataset, in
// the store in `path`, in all its segments. The revision stays what it was, and
// so do the indexes. NOT_FOUND without such a record.
absl::Status ChangeRecord(const std::string& path, const std::string& key,
                          const std::function<void(probity::v1::Record*)>& change);

}  // namespace probity::storage::testing

#endif  // PROBITY_STORAGE_ROCKSDB_TESTING_H_
