package gateway

import (
	"encoding/binary"
	"fmt"
	"math/big"
	"net/netip"
	"strconv"
	"strings"

	"hubsim/event"
)

// call is one call while it is checked: what is worked out of it on demand is worked out once.
type call struct {
	*event.Request
	ip      netip.Addr // invalid: unknown
	parsed  bool
	several *operations // of a GraphQL call of several; nil of any other
}

// forwarded is the header whose first element is the caller's address, where a proxy wrote one.
const forwarded = "x-forwarded-for"

// callerIP is a caller's address as text: the first element of X-Forwarded-For, else the remote
// address (GatewayUtils.java, getIp).
func callerIP(r *event.Request) string {
	if list, ok := find(r.Headers, forwarded); ok {
		first, _, _ := strings.Cut(list, ",")
		return strings.TrimSpace(first)
	}
	return r.ClientIP
}

// address is the caller's address.
func (c *call) address() netip.Addr {
	if !c.parsed {
		c.ip, _ = netip.ParseAddr(callerIP(c.Request))
		c.ip, c.parsed = c.ip.Unmap().WithZone(""), true
	}
	return c.ip
}

// find returns the value of the last pair of that lower-case name.
func find(pairs []event.Pair, name string) (string, bool) {
	for i := len(pairs) - 1; i >= 0; i-- {
		if len(pairs[i].Name) == len(name) && strings.EqualFold(pairs[i].Name, name) {
			return pairs[i].Value, true
		}
	}
	return "", false
}

// findExact returns the value of the last pair of that very name.
func findExact(pairs []event.Pair, name string) (string, bool) {
	for i := len(pairs) - 1; i >= 0; i-- {
		if pairs[i].Name == name {
			return pairs[i].Value, true
		}
	}
	return "", false
}

// parseAddress reads an address as a condition holds it: as text, or as the number that stands for it.
func parseAddress(text string) (netip.Addr, error) {
	if strings.ContainsAny(text, ".:") {
		a, err := netip.ParseAddr(text)
		if err != nil {
			return a, fmt.Errorf("read an address: %w", err)
		}
		return a.Unmap().WithZone(""), nil
	}
	n, ok := new(big.Int).SetString(text, 10)
	if !ok || n.Sign() < 0 || n.BitLen() > 128 {
		return netip.Addr{}, fmt.Errorf("read an address: %q is neither an address nor the number of one", text)
	}
	if n.BitLen() <= 32 {
		return netip.AddrFrom4([4]byte(n.FillBytes(make([]byte, 4)))), nil
	}
	return netip.AddrFrom16([16]byte(n.FillBytes(make([]byte, 16)))), nil
}

// appendNumber appends the decimal number that stands for an address.
func appendNumber(b []byte, a netip.Addr) []byte {
	if a.Is4() {
		return strconv.AppendUint(b, uint64(number4(a)), 10)
	}
	sixteen := a.As16()
	return new(big.Int).SetBytes(sixteen[:]).Append(b, 10)
}

// number4 is the number that stands for an IPv4 address.
func number4(a netip.Addr) uint32 {
	four := a.As4()
	return binary.BigEndian.Uint32(four[:])
}
