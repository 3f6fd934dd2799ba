package natsbroker

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"testing/synctest"

	"go.uber.org/goleak"

	"hubsim/broker"
	"hubsim/broker/brokertest"
	"hubsim/live"
)

// scripts are those of brokertest that hold for a broker that tells topics by their exact spelling.
var scripts = []string{"../brokertest/testdata/all", "../brokertest/testdata/exact"}

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func body(c Config) brokertest.Body {
	return brokertest.Body{Broker: New(c), Break: func(s live.Session) { _ = s.(*session).line.Conn.Close() }}
}

func TestGoldenTCP(t *testing.T) {
	for _, folder := range scripts {
		brokertest.Run(t, folder, func(*testing.T) brokertest.Body { return body(Defaults()) })
	}
}

func TestGoldenPipes(t *testing.T) {
	c := Defaults()
	c.InProcess = true
	for _, folder := range scripts {
		brokertest.Run(t, folder, func(*testing.T) brokertest.Body { return body(c) })
	}
}

// bubbleScript names the script that a child process runs under a fake clock.
const bubbleScript = "HUBSIM_BUBBLE_SCRIPT"

// TestGoldenBubble runs each script on a real nats-server inside testing/synctest, in a process of
// its own: nats.go pools timers in a package variable, and a second bubble must not meet them.
func TestGoldenBubble(t *testing.T) {
	if path := os.Getenv(bubbleScript); path != "" {
		c := Defaults()
		c.InProcess = true
		synctest.Test(t, func(t *testing.T) { brokertest.RunFile(t, path, body(c)) })
		return
	}
	for _, folder := range scripts {
		paths, err := filepath.Glob(folder + "/*.txt")
		if err != nil || len(paths) == 0 {
			t.Fatalf("no scripts in %s: %v", folder, err)
		}
		for _, path := range paths {
			t.Run(filepath.Base(path), func(t *testing.T) { alone(t, "TestGoldenBubble", bubbleScript+"="+path) })
		}
	}
}

// alone runs one test of this binary in a process of its own.
func alone(t *testing.T, name string, env ...string) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+name+"$", "-test.v", "-test.timeout=1m")
	child.Env = append(os.Environ(), "GORACE="+os.Getenv("GORACE")+" atexit_sleep_ms=0")
	child.Env = append(child.Env, env...)
	out, err := child.CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("--- PASS: "+name)) {
		t.Fatalf("%v\n%s", err, out)
	}
}

func TestRandomTCP(t *testing.T) {
	brokertest.Same(t, broker.NATS(), func() brokertest.Body { return body(Defaults()) })
}
