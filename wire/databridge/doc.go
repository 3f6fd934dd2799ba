// Package databridge is the Binary protocol of WSO2's data bridge, bytes to values and back: what a
// gateway's or control plane's agent says to the receiver on 9611 (TCP) and 9711 (TLS), and what it
// hears (carbon-analytics-common, components/data-bridge).
//
// A request is a type byte, the length of its body and the body: Login, Logout or Publish. An answer
// is OK, a session's id, or the name of a Java exception and its text. One request is outstanding on
// a connection. Numbers are big-endian, texts are a length and UTF-8.
//
// Event attributes carry no types: both ends know the stream's definition (Streams). FromMessage and
// ToMessage turn the simulator's messages into events of the product's streams and back.
//
// Append… appends a whole frame. Parse… reads from the start of b and tells how many bytes it took;
// ErrShort says that b ends before the value does. Nothing here reserves memory because of a length
// or a count that the bytes claim: what is kept is never larger than what has arrived.
package databridge
