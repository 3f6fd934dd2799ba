// Package nodetest is the script language of interaction tests: one machine under test, its peers
// played by the harness, text in and text out, so that a test reads as a story.
//
//	boot key=value …            builds the machine (afresh each time) and boots it
//	advance 30s                 lets time pass; a Tick comes whenever the machine asked for one
//	wall +400ms                 makes the machine's wall clock run so much ahead
//	let NAME CLASS Field=v …    names a message; $NAME then stands for it, and more fields may follow
//	call [N] CLASS Field=v …    calls the machine, N times
//	publish NODE TOPIC          delivers each line of the input as a message of the topic
//	send NODE SERVICE           delivers each line of the input on the session with that peer
//	accept NODE SERVICE         a peer opens a session to the machine; drop NODE ends it
//	cut NODE [REASON] [silent]  the machine's sessions to NODE end, and new ones are refused; with
//	                            silent the sessions stay and swallow everything, and new ones too
//	reach NODE                  NODE can be reached again
//	ack off | ack on            whether a peer's feed acknowledges batches
//	tables                      what the internal API answers: a row a line, "api UUID=… Labels=a,b"
//	delay 2s                    how long the internal API takes to answer; fail 500 makes it fail
//	hide WORD … · show WORD …   leaves lines out that begin with these words
//	quiet · loud                leaves all lines out, or none
//	state                       what the machine holds, in its own words
//
// A message is its class and its fields: decision Key=7:alice IsThrottled=true Expiry=+60s. Instants
// of wall clocks are written relative to the start of the script, 2023-11-14 22:14:00 UTC.
package nodetest
