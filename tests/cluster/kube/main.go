// Kube is Kubernetes in one program, for tests/cluster: the first argument names the part of it to be. What the
// parts share is compiled and linked once.
package main

import (
	"context"
	"fmt"
	"os"
	"slices"

	"github.com/coredns/coredns/coremain"
	"github.com/spf13/cobra"
	"k8s.io/component-base/cli"
	kubectl "k8s.io/kubectl/pkg/cmd"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	manager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"

	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/kubernetes"
)

var parts = map[string]func(){
	"apiserver":          func() { run(apiserver.NewAPIServerCommand()) },
	"controller-manager": func() { run(manager.NewControllerManagerCommand()) },
	"dns":                coremain.Run,
	"kubectl":            func() { run(kubectl.NewDefaultKubectlCommand()) },
	"kubelet":            func() { run(kubelet.NewKubeletCommand(context.Background())) },
	"proxy":              func() { run(proxy.NewProxyCommand()) },
	"scheduler":          func() { run(scheduler.NewSchedulerCommand()) },
}

func run(command *cobra.Command) { os.Exit(cli.Run(command)) }

func main() {
	if len(os.Args) > 1 {
		if part, ok := parts[os.Args[1]]; ok {
			// Each reads its arguments from os.Args.
			os.Args = append([]string{"kube-" + os.Args[1]}, os.Args[2:]...)
			part()
			return
		}
	}
	names := []string{}
	for name := range parts {
		names = append(names, name)
	}
	slices.Sort(names)
	fmt.Fprintf(os.Stderr, "usage: kube PART [argument]..., of %v\n", names)
	os.Exit(2)
}
