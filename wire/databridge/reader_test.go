package databridge

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

func TestReaderYieldsFrames(t *testing.T) {
	stream := AppendLogin(nil, Login{User: "admin", Password: "admin"})
	stream = AppendFrame(stream, Frame{Type: 9, Body: []byte("nobody knows it")})
	stream = AppendLogout(stream, Logout{Session: "s"})
	for name, in := range map[string]io.Reader{
		"at once":        bytes.NewReader(stream),
		"byte by byte":   iotest.OneByteReader(bytes.NewReader(stream)),
		"end with bytes": iotest.DataErrReader(bytes.NewReader(stream)),
	} {
		r := NewReader(in, 100)
		for _, want := range []Type{LoginType, 9, LogoutType} {
			f, err := r.Frame()
			if err != nil || f.Type != want {
				t.Fatalf("%s: %v: type %v, want %v", name, err, f.Type, want)
			}
		}
		if _, err := r.Frame(); err != io.EOF {
			t.Errorf("%s: %v at the end, want io.EOF", name, err)
		}
	}
}

func TestReaderYieldsAnswers(t *testing.T) {
	all := []Response{{Code: OK}, {Code: LoggedIn, Session: "s"}, {Code: Failed, Class: SessionExpired, Message: "s expired"}, {Code: Failed}, {Code: OK}}
	var stream []byte
	for _, a := range all {
		stream = AppendResponse(stream, a)
	}
	r := NewReader(iotest.OneByteReader(bytes.NewReader(stream)), 100)
	for _, want := range all {
		if got, err := r.Response(); err != nil || got != want {
			t.Fatalf("%v: %+v, want %+v", err, got, want)
		}
	}
	if _, err := r.Response(); err != io.EOF {
		t.Errorf("%v at the end, want io.EOF", err)
	}
}

func TestReaderTellsHalfFromNothing(t *testing.T) {
	frame := AppendLogout(nil, Logout{Session: "s"})
	answer := AppendResponse(nil, Response{Code: Failed, Class: "c", Message: "m"})
	for n := 1; n < len(frame); n++ {
		if _, err := NewReader(bytes.NewReader(frame[:n]), 100).Frame(); err != io.ErrUnexpectedEOF {
			t.Errorf("%d bytes of a frame: %v", n, err)
		}
	}
	for n := 1; n < len(answer); n++ {
		if _, err := NewReader(bytes.NewReader(answer[:n]), 100).Response(); err != io.ErrUnexpectedEOF {
			t.Errorf("%d bytes of an answer: %v", n, err)
		}
	}
}

// What is too long is refused before a byte of it is kept, and the stream is over.
func TestReaderRefusesWhatIsTooLong(t *testing.T) {
	good := AppendLogout(nil, Logout{Session: "s"})
	r := NewReader(bytes.NewReader(append([]byte{2, 0x7f, 0xff, 0xff, 0xff}, good...)), 100)
	for range 2 {
		if _, err := r.Frame(); !errors.Is(err, ErrTooLong) {
			t.Errorf("%v, want too long", err)
		}
	}
	if cap(r.buf) > 100+headerSize {
		t.Errorf("%d bytes were reserved under a limit of 100", cap(r.buf))
	}
	if _, err := NewReader(bytes.NewReader([]byte{1, 0, 0, 0, 60, 0, 0, 0, 60}), 100).Response(); !errors.Is(err, ErrTooLong) {
		t.Errorf("an answer: %v, want too long", err)
	}
}

// A peer that announces 10 MB and sends 10 bytes costs a chunk, not 10 MB.
func TestReaderGrowsWithWhatArrives(t *testing.T) {
	announced := append([]byte{2, 0x00, 0xa0, 0, 0}, "ten bytes."...)
	r := NewReader(bytes.NewReader(announced), DefaultLimit)
	if _, err := r.Frame(); err != io.ErrUnexpectedEOF {
		t.Errorf("%v, want half a frame", err)
	}
	if cap(r.buf) > 2*chunk {
		t.Errorf("%d bytes were reserved for 10", cap(r.buf))
	}
}

func TestReaderKeepsToTheLimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(1, 400_000).Draw(t, "limit")
		sizes := rapid.SliceOfN(rapid.IntRange(0, limit), 1, 4).Draw(t, "sizes")
		var stream []byte
		for i, size := range sizes {
			stream = AppendFrame(stream, Frame{Type: PublishType, Body: bytes.Repeat([]byte{byte(i)}, size)})
		}
		r := NewReader(bytes.NewReader(stream), limit)
		for i, size := range sizes {
			f, err := r.Frame()
			if err != nil || len(f.Body) != size || bytes.Count(f.Body, []byte{byte(i)}) != size {
				t.Fatalf("frame %d: %v, %d bytes, want %d", i, err, len(f.Body), size)
			}
			if cap(r.buf) > limit+headerSize {
				t.Fatalf("%d bytes were reserved under a limit of %d", cap(r.buf), limit)
			}
		}
	})
}

func FuzzReader(f *testing.F) {
	f.Add(AppendLogin(AppendLogout(nil, Logout{Session: "s"}), Login{User: "a"}))
	f.Add([]byte{2, 0xff, 0, 0, 0, 1})
	f.Add(AppendResponse(nil, Response{Code: Failed, Class: "c", Message: "m"}))
	f.Fuzz(func(t *testing.T, b []byte) {
		frames, rest := NewReader(bytes.NewReader(b), 1000), b
		for {
			got, err := frames.Frame()
			want, n, wantErr := ParseFrame(rest, 1000)
			if (err == nil) != (wantErr == nil) || got.Type != want.Type || !bytes.Equal(got.Body, want.Body) {
				t.Fatalf("%v, %v from the stream; %v, %v from the bytes", got, err, want, wantErr)
			}
			if rest = rest[n:]; err != nil {
				break
			}
		}
		answer, err := NewReader(bytes.NewReader(b), 1000).Response()
		if want, _, wantErr := ParseResponse(b, 1000); (err == nil) != (wantErr == nil) || answer != want {
			t.Fatalf("%v, %v from the stream; %v, %v from the bytes", answer, err, want, wantErr)
		}
	})
}
