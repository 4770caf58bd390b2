// Writes suppliers.csv and certifications.csv of the invented population into a
// directory, and screened.csv and flags.csv of those that are screened; or lei2.csv, a
// golden copy of GLEIF's of the same population.
#include <fstream>
#include <functional>
#include <iostream>
#include <string>

#include "CLI/CLI.hpp"
#include "benchmarks/golden_copy.h"
#include "benchmarks/population.h"

namespace {

bool WriteFile(const std::string& path, const std::string& header, uint32_t rows,
               const std::function<std::string(uint32_t)>& row) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << header;
  for (uint32_t number = 0; number < rows; ++number) file << row(number);
  file.close();
  if (!file.good()) std::cerr << "probity_generate: cannot write " << path << '\n';
  return file.good();
}

}  // namespace

int main(int argc, char** argv) {
  namespace benchmarks = probity::benchmarks;
  CLI::App app("Writes suppliers.csv and certifications.csv, all invented, as probity-csv.");
  uint32_t suppliers = 1000000;
  int edition = 0;
  uint32_t screened = 0;
  bool as_golden_copy = false;
  std::string directory;
  app.add_option("--suppliers", suppliers, "How many, each with one certificate")
      ->capture_default_str()
      ->check(CLI::Range(1, 100000000));
  app.add_option("--edition", edition, "0, or 1: one row in a hundred differs")
      ->check(CLI::Range(0, 1));
  app.add_option("--screened", screened, "How many get a second certificate and three flags");
  app.add_flag("--golden_copy", as_golden_copy, "Write lei2.csv alone, in the format gleif-csv");
  app.add_option("DIRECTORY", directory)->required()->check(CLI::ExistingDirectory);
  CLI11_PARSE(app, argc, argv);
  if (as_golden_copy) {
    return WriteFile(directory + "/lei2.csv", benchmarks::GoldenCopyHeader(), suppliers,
                     &benchmarks::GoldenCopyRow)
               ? 0
               : 1;
  }
  const bool written =
      WriteFile(directory + "/suppliers.csv", benchmarks::SupplierHeader(), suppliers,
                [edition](uint32_t i) { return benchmarks::SupplierRow(i, edition); }) &&
      WriteFile(directory + "/certifications.csv", benchmarks::CertificationHeader(), suppliers,
                [edition](uint32_t i) { return benchmarks::CertificationRow(i, edition); }) &&
      (screened == 0 || (WriteFile(directory + "/screened.csv", benchmarks::CertificationHeader(),
                                   screened, &benchmarks::SecondCertificationRow) &&
                         WriteFile(directory + "/flags.csv", benchmarks::FlagHeader(), screened,
                                   &benchmarks::FlagRows)));
  return written ? 0 : 1;
}
