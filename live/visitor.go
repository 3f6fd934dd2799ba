package live

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"hubsim/event"
)

// A Directory knows what is deployed and who may call it, for HTTP requests that come from outside the
// run. Calls come from several goroutines.
type Directory interface {
	// Operation is the operation that a verb and a path ask for; false if there is none. One of an MCP API has
	// a method, which the message says.
	Operation(verb, path string) (event.Request, bool)
	// Operations are those of the GraphQL API under a context; none of any other.
	Operations(context string) []event.Resource
	// Token is the token that a text stands for; nil if nobody gave it out.
	Token(text string) *event.Token
}

// mostBody bounds how much of a message without a length is read to learn its size.
const mostBody = 64 << 20

// visitor makes a call of somebody's HTTP request. Headers, query parameters and the remote address are
// what conditions look at; X-Forwarded-For is left to the gateway, as in the product (GatewayUtils.java,
// getIp). An operation that is not there is asked for all the same: the gateway answers.
func visitor(q *http.Request, d Directory, out *event.Request) error {
	found, ok := d.Operation(q.Method, q.URL.Path)
	if !ok {
		found = event.Request{Context: q.URL.Path, Verb: q.Method}
	}
	*out = found
	var err error
	if out.ClientIP, _, err = net.SplitHostPort(q.RemoteAddr); err != nil {
		return fmt.Errorf("read the address %q of the caller: %w", q.RemoteAddr, err)
	}
	out.Size = q.ContentLength
	if out.Method != "" {
		if err := method(q, out); err != nil {
			return err
		}
	}
	if known := d.Operations(out.Context); known != nil && q.Header.Get("Upgrade") == "" {
		if err := operations(q, known, out); err != nil {
			return err
		}
	}
	if out.Size < 0 {
		if out.Size, err = io.Copy(io.Discard, io.LimitReader(q.Body, mostBody)); err != nil {
			return fmt.Errorf("read the message of the call: %w", err)
		}
	}
	out.Headers, out.Query = pairs(q.Header), pairs(q.URL.Query())
	if kind, text, _ := strings.Cut(q.Header.Get("Authorization"), " "); strings.EqualFold(kind, "Bearer") {
		out.Token, out.Claims = bearer(strings.TrimSpace(text), d)
	}
	out.Basic, _, _ = q.BasicAuth()
	out.Usage, err = usage(q.Header.Get(headerUsage))
	return err
}

// method reads the method of the JSON-RPC message that a call of an MCP API is. What is no such message has none.
func method(q *http.Request, out *event.Request) error {
	body, err := io.ReadAll(io.LimitReader(q.Body, mostBody))
	if err != nil {
		return fmt.Errorf("read the message of the call: %w", err)
	}
	var message struct{ Method string }
	if json.Unmarshal(body, &message) != nil {
		message.Method = ""
	}
	out.Method, out.Size = message.Method, int64(len(body))
	return nil
}

// headerUsage is in which a visitor says what the backend of an AI API uses for the call: there is no backend.
const headerUsage = "X-Hubsim-Usage"

// longestUsage bounds how long a visitor's call may be at its backend: the product's gateways let a client wait
// no longer (synapse.properties, synapse.global_timeout_interval).
const longestUsage = 2 * time.Minute

// usage reads "prompt=200 completion=400 takes=3s", each of which may be left out; "" is none.
func usage(text string) (*event.Usage, error) {
	if text == "" {
		return nil, nil
	}
	u := &event.Usage{}
	for _, word := range strings.Fields(text) {
		name, value, _ := strings.Cut(word, "=")
		n, wrong := strconv.ParseUint(value, 10, 32)
		d, late := time.ParseDuration(value)
		switch {
		case name == "prompt" && wrong == nil:
			u.Prompt = int64(n)
		case name == "completion" && wrong == nil:
			u.Completion = int64(n)
		case name == "takes" && late == nil && d >= 0 && d <= longestUsage:
			u.Takes = event.Duration(d)
		default:
			return nil, fmt.Errorf("read the header %s of the call: %q is not understood (hint: it is prompt=200 completion=400 takes=3s, each of which may be left out; a response takes at most %v)", headerUsage, word, longestUsage)
		}
	}
	return u, nil
}

// pairs are the values of names, in order of the names.
func pairs(of map[string][]string) (all []event.Pair) {
	for _, name := range slices.Sorted(maps.Keys(of)) {
		for _, value := range of[name] {
			all = append(all, event.Pair{Name: name, Value: value})
		}
	}
	return all
}

// unknown is a token that nobody gave out: one whose time is over, which a gateway answers with 900901.
func unknown(text string) *event.Token { return &event.Token{ID: event.TokenID(text), Expires: 1} }

// bearer reads an access token: an opaque one that the directory knows, or a JWT, whose claims stand for
// those that the gateway passes to the backend. A JWT says by consumerKey, azp or client_id for whom it is; its
// signature is not checked.
func bearer(text string, d Directory) (*event.Token, []event.Pair) {
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		if known := d.Token(text); known != nil {
			return known, nil
		}
		return unknown(text), nil
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	var claims map[string]json.RawMessage
	if err != nil || json.Unmarshal(payload, &claims) != nil {
		return unknown(text), nil
	}
	var all []event.Pair
	said := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(claims)) {
		said[name] = plain(claims[name])
		all = append(all, event.Pair{Name: name, Value: said[name]})
	}
	t := &event.Token{ID: event.TokenID(text), User: said["sub"], KeyType: "PRODUCTION"}
	for _, name := range []string{"client_id", "azp", "consumerKey"} {
		if said[name] != "" {
			t.ConsumerKey = said[name]
		}
	}
	if said["jti"] != "" {
		t.ID = event.TokenID(said["jti"])
	}
	if said["keytype"] != "" {
		t.KeyType = said["keytype"]
	}
	var seconds float64
	if json.Unmarshal(claims["exp"], &seconds) == nil {
		t.Expires = event.Wall(seconds * 1000)
	}
	return t, all
}

// plain is a claim as text: a string without its quotes, anything else as JSON.
func plain(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	return string(raw)
}
