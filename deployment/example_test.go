package deployment_test

import (
	"fmt"
	"os"

	"hubsim/deployment"
)

// A set of one gateway and one control plane, as the documentation prints it.
func ExampleRead() {
	d, findings, err := deployment.Read("testdata/sets/docs-gw-cp-single")
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := d.Describe(os.Stdout); err != nil {
		fmt.Println(err)
	}
	fmt.Println("\nworst finding:", deployment.Worst(findings))
	// Output:
	// docs-gw-cp-single: 2 nodes
	//
	// Who is there
	//   control-plane  control-plane     with .broker and .tm  written: testdata/sets/docs-gw-cp-single/control-plane.toml
	//   gateway        gateway                                 written: testdata/sets/docs-gw-cp-single/gateway.toml
	//   store.main     database of main                        what the control planes there share
	//
	// Where each listens
	//   control-plane  topics 5672, events 9611, internal API 9443  also called cp.wso2.com
	//   gateway        API calls 8280                               also called gw.wso2.com
	//
	// Who talks to whom
	//   control-plane  hears the hub from        control-plane.broker
	//                  pulls from                control-plane
	//                  publishes its events to   control-plane
	//   gateway        sends throttle events to  control-plane.tm
	//                  hears decisions from      control-plane.broker
	//                  hears the hub from        control-plane.broker
	//                  pulls from                control-plane
	//
	// worst finding: note
}
