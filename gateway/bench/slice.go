package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// spent is what a slice cost each process, in microseconds of CPU a call.
type spent struct{ gateway, server float64 }

// runSlice makes calls, each by the next request, until the slice's time is over. The first call that
// fails ends it.
func runSlice(o options, call func(at int) error) (spent, error) {
	gateway, err := cpuOf(o.gatewayPID)
	if err != nil {
		return spent{}, err
	}
	server, err := cpuOf(o.serverPID)
	if err != nil {
		return spent{}, err
	}
	calls, err := callOver(o.callers, o.length, call)
	if err != nil {
		return spent{}, err
	}
	gatewayEnd, err := cpuOf(o.gatewayPID)
	if err != nil {
		return spent{}, err
	}
	serverEnd, err := cpuOf(o.serverPID)
	each := func(took time.Duration) float64 { return float64(took.Nanoseconds()) / 1000 / float64(calls) }
	return spent{each(gatewayEnd - gateway), each(serverEnd - server)}, err
}

func callOver(callers int, length time.Duration, call func(at int) error) (int64, error) {
	var at, answered atomic.Int64
	var failure atomic.Pointer[error]
	var running sync.WaitGroup
	end := time.Now().Add(length)
	for range callers {
		running.Go(func() {
			for failure.Load() == nil && time.Now().Before(end) {
				if err := call(int(at.Add(1))); err != nil {
					failure.CompareAndSwap(nil, &err)
					return
				}
				answered.Add(1)
			}
		})
	}
	running.Wait()
	if failed := failure.Load(); failed != nil {
		return 0, *failed
	}
	return answered.Load(), nil
}

// cpuOf is the time that all threads of a process have run, in user mode and in the kernel.
func cpuOf(pid int) (time.Duration, error) {
	clock := int32(^pid<<3 | 2) // clock_getcpuclockid of Linux
	var now unix.Timespec
	if err := unix.ClockGettime(clock, &now); err != nil {
		return 0, fmt.Errorf("process %d: %w", pid, err)
	}
	return time.Duration(now.Nano()), nil
}
