package natsbroker

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"testing/synctest"

	"go.uber.org/goleak"

	"hubsim/broker/brokertest"
	"hubsim/live"
)

// folders are those of brokertest that hold for nats-server, each with the configuration it asks for:
// it tells topics by their exact spelling.
var folders = map[string]Config{
	"../brokertest/testdata/all":    Defaults(),
	"../brokertest/testdata/long":   Defaults(),
	"../brokertest/testdata/exact":  Defaults(),
	"../brokertest/testdata/limits": limited(),
}

// limited is a hub that takes three sessions.
func limited() Config {
	c := Defaults()
	c.MaxSessions = 3
	return c
}

// inProcess has sessions over pipes.
func inProcess(c Config) Config {
	c.InProcess = true
	return c
}

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func body(c Config) brokertest.Body {
	return brokertest.Body{Broker: New(c), Break: func(s live.Session) { _ = s.(*session).line.Conn.Close() }}
}

func TestGoldenTCP(t *testing.T) {
	for folder, c := range folders {
		brokertest.Run(t, folder, func(*testing.T) brokertest.Body { return body(c) })
	}
}

func TestGoldenPipes(t *testing.T) {
	for folder, c := range folders {
		brokertest.Run(t, folder, func(*testing.T) brokertest.Body { return body(inProcess(c)) })
	}
}

// bubbleScripts names the folder whose scripts a child process runs under a fake clock.
const bubbleScripts = "HUBSIM_BUBBLE_SCRIPTS"

// TestGoldenBubble runs each script on a real nats-server inside testing/synctest, a folder in a
// process of its own and in one bubble: nats.go pools timers in a package variable, and a second bubble
// must not meet them.
func TestGoldenBubble(t *testing.T) {
	if folder := os.Getenv(bubbleScripts); folder != "" {
		synctest.Test(t, func(t *testing.T) {
			for _, path := range paths(t, folder) {
				brokertest.RunFile(t, path, body(inProcess(folders[folder])))
			}
		})
		return
	}
	for folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) { alone(t, "TestGoldenBubble", bubbleScripts+"="+folder) })
	}
}

func paths(t *testing.T, folder string) []string {
	t.Helper()
	found, err := filepath.Glob(folder + "/*.txt")
	if err != nil || len(found) == 0 {
		t.Fatalf("no scripts in %s: %v", folder, err)
	}
	return found
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
	brokertest.Same(t, brokertest.NATS(), func() brokertest.Body { return body(Defaults()) })
}

// bubbleRandom says that a child process runs random scripts under a fake clock.
const bubbleRandom = "HUBSIM_BUBBLE_RANDOM"

// TestRandomBubble runs random scripts on the model and on a real nats-server, both inside one bubble.
func TestRandomBubble(t *testing.T) {
	if os.Getenv(bubbleRandom) == "" {
		alone(t, "TestRandomBubble", bubbleRandom+"=yes")
		return
	}
	synctest.Test(t, func(t *testing.T) {
		brokertest.Same(t, brokertest.NATS(), func() brokertest.Body { return body(inProcess(Defaults())) })
	})
}
