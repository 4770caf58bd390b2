// A register of parties as a file: for tests.
#ifndef PROBITY_SERVICES_SERVER_REGISTER_TESTING_H_
#define PROBITY_SERVICES_SERVER_REGISTER_TESTING_H_

namespace probity::server {

// In probity-csv: one found by its number, one merged into another, one annulled, and two
// that share a number.
inline constexpr char kRegister[] =
    "record_type,key,name,identifiers,city,country,registration_status,registration_scheme,"
    "successor\n"
    "supplier,1,Brick & Sons Ltd,GB-COH:4830352,Leeds,GB,,,\n"
    "supplier,2,Old Mill,XI-LEI:529900T8BM49AURSDO55,Berlin,DE,merged,XI-LEI,"
    "XI-LEI:HWUPKR0MPOU8FGXBT394\n"
    "supplier,3,New Mill,XI-LEI:HWUPKR0MPOU8FGXBT394,Berlin,DE,,,\n"
    "supplier,4,Void,US-EIN:12-1,Boston,US,annulled,US-EIN,\n"
    "supplier,5,Twin A,EU-VAT-DE:DE123456789,Bonn,DE,,,\n"
    "supplier,6,Twin B,EU-VAT-DE:DE123456789,Bonn,DE,,,\n";

}  // namespace probity::server

#endif  // PROBITY_SERVICES_SERVER_REGISTER_TESTING_H_
