// Command sim asks what WSO2 API Manager's event hub and throttling protocol do under load and under
// faults, and says so in numbers that a CI job can gate on. sim --help lists what it can do.
package main

import "os"

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
