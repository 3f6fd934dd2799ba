package live

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"

	"hubsim/event"
	"hubsim/node"
)

// listen opens what the node's role serves and returns the addresses.
func (h *host) listen() (map[event.Service]string, error) {
	serves := map[event.Service]func(net.Listener){}
	switch h.site.Role {
	case node.Gateway:
		serves[frontService] = h.serveFront
	case node.TrafficManager:
		serves[event.Feed] = h.serveFeed
		serves[frontService] = h.serveEvents
	case node.ControlPlane:
		serves[event.Feed] = h.serveFeed
		serves[event.Pull] = h.servePull
	}
	if h.site.Admin {
		serves[event.Pull] = h.servePull
	}
	addresses := map[event.Service]string{}
	for service, serve := range serves {
		listener, err := net.Listen("tcp", net.JoinHostPort(h.run.o.Bind, "0"))
		if err != nil {
			return nil, fmt.Errorf("listen at %s: %w", h.run.o.Bind, err)
		}
		addresses[service] = listener.Addr().String()
		serve(listener)
	}
	return addresses, nil
}

func (h *host) serveFront(l net.Listener) {
	h.serveHTTP(l, &http.Server{Handler: http.HandlerFunc(h.front)})
}

// serveHTTP serves until the host closes its services; the run waits for the last connection.
func (h *host) serveHTTP(l net.Listener, server *http.Server) {
	var open sync.WaitGroup
	server.ErrorLog = log.New(io.Discard, "", 0) // what a client breaks is in the trace
	told := server.ConnState
	server.ConnState = func(c net.Conn, s http.ConnState) {
		switch s {
		case http.StateNew:
			open.Add(1)
		case http.StateClosed: // who hijacks one says so
			defer open.Done()
		}
		if told != nil {
			told(c, s)
		}
	}
	server.BaseContext = func(net.Listener) context.Context { return h.ctx }
	h.services = append(h.services, server)
	h.run.spawn(func() error {
		err := server.Serve(l)
		open.Wait()
		if !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve HTTP for %s: %w", h.site.ID, err)
		}
		return nil
	})
}

// post hands a call to this host, or answers for it.
func (h *host) post(c *call) {
	if why := h.box.put(item{kind: node.Called, call: c}); why != event.NoReason {
		c.fail(h.run, why)
	}
}
