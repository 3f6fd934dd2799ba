package live

import (
	"io"
	"net"
	"testing"

	"hubsim/event"
)

// TestAResetIsAReset: whoever of reader and writer the kernel tells of a reset, it is one; and the end of a
// stream is no reset.
func TestAResetIsAReset(t *testing.T) {
	for _, row := range []struct {
		how  string
		end  func(*net.TCPConn)
		want event.Reason
	}{
		{"reset", hangUp, event.Reset},
		{"closed", func(c *net.TCPConn) { c.Close() }, event.Closed},
	} {
		t.Run(row.how, func(t *testing.T) {
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer listener.Close()
			near, err := net.Dial("tcp", listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer near.Close()
			far, err := listener.Accept()
			if err != nil {
				t.Fatal(err)
			}
			o := &outbox{conn: near}
			row.end(far.(*net.TCPConn))
			o.write([]byte("is anybody there"))
			_, err = io.ReadAtLeast(near, make([]byte, 1), 1)
			if got := o.why(err); got != row.want {
				t.Errorf("%v after %v, want %v", got, err, row.want)
			}
		})
	}
}
