// Package deployment reads a directory of WSO2 deployment.toml files, one a node, and says who is
// there, who talks to whom and what is wrong with it.
//
// Read goes in four steps, each in files of its own:
//
//	file, position, placeholder, known, keys   one file: keys, types, places, $ref{…}
//	settings, url, bridge, topology            what it says, typed; topology.yaml; jndi and publishers
//	infer, front, uses, wiring                 one topology of all files: names, twins, balancers
//	rules, finding, check, checkhub            what starts cleanly and does not work
//
// Build makes the machines: fill takes their configurations from the files, knobs from the run.
//
// A complaint is a Finding with file, line and column, the key, why it matters and what to do;
// rules.go is the one home of these texts.
//
// # topology.yaml
//
// What deployment.toml cannot say stands in an optional file beside the others:
//
//	profile: wso2                      # or hardened
//	nodes:
//	  gateway: {copies: 10}            # gateway-1 … gateway-10
//	  cp-1:    {aliases: [apim-cp-1]}  # more names by which others reach it
//	  eu-*:    {region: eu}
//	  gw-2:    {clock: {offset: 400ms, drift_ppm: 20}}
//	load_balancers:
//	  cp.example.com: [cp-1, cp-2]
//	sticky_load_balancers: [cp.example.com]
//	links:
//	  same_region: {latency: 500us, jitter: 200us}
//	  between_regions: {latency: 40ms}
//	  eu>us: {latency: 45ms}
//	  gw-1>tm-1: {latency: 200ms}
//
// # 2.x
//
// An api-manager.xml is read as the deployment.toml that the product would have made it of (apimanager.go);
// what it says besides is Older (older.go). fillolder, checkolder, rulesolder and describeolder are the
// counterparts of the files without it in their names.
//
// # Several regions
//
// A control plane tells another region's brokers by event publishers, as multi-DC pattern 1 of the
// product's documentation has it: NODE/eventpublishers/*.xml, which name a NODE/jndi-*.properties.
package deployment
