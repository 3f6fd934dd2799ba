package live_test

import (
	"testing"
	"time"
)

// TestToolCallsAreThrottled calls an MCP API until its quota is used up: what is no tool call is served still.
func TestToolCallsAreThrottled(t *testing.T) {
	visitOpen(t, func(c *caller) {
		const target, tool, list = "POST /tools/1.0.0/mcp", `{"jsonrpc":"2.0","method":"tools/call"}`, `{"jsonrpc":"2.0","method":"tools/list"}`
		a := answer{}
		for end := time.Now().Add(patience); a.status != 429 && time.Now().Before(end); {
			a = c.send(target, tool, "X-Plan: free")
		}
		if a.status != 429 || a.body.Code != "900800" {
			t.Errorf("tool calls past the quota: %+v", a)
		}
		if a := c.send(target, list, "X-Plan: free"); a.status != 200 {
			t.Errorf("a list of tools past the quota of calls: %+v", a)
		}
	})
}
