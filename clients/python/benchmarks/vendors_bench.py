#!/usr/bin/env python3
"""A vendor master from Python: its numbers are registered in bulk (Client.register_vendors), then
all of them are screened by number in one stream (Client.screen_stream), each decided and recorded.
"""
import collections
import time

import register
import report

from probity_client import Client, v1, vendor_items, vendor_number, verdict_name

SYSTEM = "ERP"
PURCHASE = v1.PurchaseContext(authority_country="DE", purpose=v1.PURPOSE_QUALIFICATION,
                              no_other_parties=True)


def vendors_of(suppliers):
    for at, supplier in enumerate(suppliers):
        yield v1.Vendor(number=vendor_number(SYSTEM, f"{at:010}"), display_name=supplier.name,
                        identifier=supplier.identifier)


def register_all(client, suppliers):
    begun = time.monotonic()
    states = collections.Counter(result.state
                                 for result in client.register_vendors(vendors_of(suppliers)))
    if states != {v1.VENDOR_STATE_CONFIRMED: len(suppliers)}:
        raise SystemExit(f"vendors_bench.py: not every number means a supplier: {states}")
    seconds = time.monotonic() - begun
    report.figure("python_register_per_second", round(len(suppliers) / seconds), "none",
                  f"{len(suppliers)} vendor numbers in bulk")


def cpu_of(pid):
    """Seconds that all threads of a process have run."""
    return time.clock_gettime(~pid << 3 | 2)  # clock_getcpuclockid of Linux


def screen_all(client, count, server):
    numbers = [f"{at:010}" for at in range(count)]
    verdicts, begun = collections.Counter(), time.monotonic()
    own, others = time.process_time(), cpu_of(server)
    with client.screen_stream(vendor_items(SYSTEM, numbers), purchase=PURCHASE) as answers:
        for number, answer in zip(numbers, answers):
            if answer.result.correlation_id != number or not answer.result.HasField("response"):
                raise SystemExit(f"vendors_bench.py: a wrong answer to {number}:\n{answer}")
            verdicts[verdict_name(answer)] += 1
    seconds = time.monotonic() - begun
    own, others = time.process_time() - own, cpu_of(server) - others
    if verdicts.total() != count:
        raise SystemExit(f"vendors_bench.py: {verdicts.total()} answers to {count} vendors")
    told = ", ".join(f"{number} {verdict}" for verdict, number in verdicts.items())
    report.figure("python_vendors_per_second", round(count / seconds), ">= 5000",
                  f"{count} vendors by number in {seconds:.1f} s, {told}; "
                  f"{own / count * 1e6:.0f} us of the caller's CPU each, "
                  f"{others / count * 1e6:.0f} of the server's")


def main():
    parser = register.parser(__doc__)
    parser.add_argument("--pid", required=True, type=int, help="the server's process")
    parser.add_argument("--vendors", type=int, default=100_000)
    options = parser.parse_args()
    suppliers = list(register.read(options.register, options.vendors))
    with Client(options.server, ca=options.ca, cert=options.cert, key=options.key) as client:
        register_all(client, suppliers)
        screen_all(client, len(suppliers), options.pid)
    report.finish()


if __name__ == "__main__":
    main()
