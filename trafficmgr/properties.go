package trafficmgr

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"net/netip"
	"strings"
)

// Properties is the propertiesMap that the traffic manager's first plan makes of an event's
// properties (RequestPreProcessorExecutionPlan.siddhiql). Nil is an empty map.
type Properties struct {
	reset  bool // {"reset":true}: an application's quota starts anew (POLICY_RESET)
	size   amount
	tokens [3]amount // prompt, completion, total
	// The caller's addresses; invalid: none.
	four, six netip.Addr
	values    map[string]any
}

// amount is a number that an event may lack. The engine takes the sum over a missing one as an
// internal error, and so does a sum over something that is no whole number.
type amount struct {
	n     int64
	there bool
}

// ParseProperties reads a JSON object; "" stands for none.
func ParseProperties(text string) (*Properties, error) {
	if text == "" {
		return nil, nil
	}
	p := &Properties{}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&p.values); err != nil {
		return nil, fmt.Errorf("properties of a throttle event: want a JSON object, as in {\"ip\":167772161}: %w", err)
	}
	if d.InputOffset() != int64(len(strings.TrimRight(text, " \t\r\n"))) {
		return nil, fmt.Errorf("properties of a throttle event: want one JSON object, found more behind byte %d", d.InputOffset())
	}
	if p.values == nil {
		return nil, errors.New("properties of a throttle event: want a JSON object, found null")
	}
	p.reset = p.values["reset"] == true
	p.size = p.amount("messageSize")
	p.four, p.six = p.address("ip", 4), p.address("ipv6", 16)
	p.tokens = [3]amount{p.amount("PROMPT_TOKENS"), p.amount("COMPLETION_TOKENS"), p.amount("TOTAL_TOKENS")}
	return p, nil
}

// amount reads a whole number.
func (p *Properties) amount(name string) amount {
	number, ok := p.values[name].(json.Number)
	if !ok {
		return amount{}
	}
	n, err := number.Int64()
	if err != nil {
		return amount{}
	}
	return amount{n: n, there: true}
}

// text reads a string.
func (p *Properties) text(name string) (string, bool) {
	if p == nil {
		return "", false
	}
	s, ok := p.values[name].(string)
	return s, ok
}

// ip is the caller's address, which a gateway sends as a number: ip, or ipv6, the other being 0.
func (p *Properties) ip(four bool) (netip.Addr, bool) {
	switch {
	case p == nil:
		return netip.Addr{}, false
	case four:
		return p.four, p.four.IsValid()
	}
	return p.six, p.six.IsValid()
}

// address reads the number of an address of so many bytes.
func (p *Properties) address(name string, size int) netip.Addr {
	number, ok := p.values[name].(json.Number)
	if !ok || len(number) > 40 {
		return netip.Addr{}
	}
	if size == 4 {
		n, err := number.Int64()
		if err != nil || n < 0 || n > math.MaxUint32 {
			return netip.Addr{}
		}
		return netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
	}
	n, ok := new(big.Int).SetString(string(number), 10)
	if !ok || n.Sign() < 0 || n.BitLen() > 128 {
		return netip.Addr{}
	}
	return netip.AddrFrom16([16]byte(n.FillBytes(make([]byte, 16))))
}

// propertiesKept and propertiesLength bound the memory of what was read before.
const (
	propertiesKept   = 1024 // texts
	propertiesLength = 512  // bytes of a text worth keeping
)

// propertiesReader remembers what it read: the events of one caller mostly carry the same text.
type propertiesReader struct{ read map[string]*Properties }

// parse is ParseProperties, with a memory that starts anew when it is full.
func (r *propertiesReader) parse(text string) (*Properties, error) {
	if text == "" {
		return nil, nil
	}
	if p, ok := r.read[text]; ok {
		return p, nil
	}
	p, err := ParseProperties(text)
	if err != nil || len(text) > propertiesLength {
		return p, err
	}
	if r.read == nil || len(r.read) == propertiesKept {
		r.read = make(map[string]*Properties)
	}
	r.read[strings.Clone(text)] = p
	return p, nil
}
