package databridge

import (
	"bufio"
	"errors"
	"io"
)

// Reader reads frames, or answers, from a stream of bytes. It is used from one goroutine. Its one
// buffer grows with the bytes that arrive and never beyond the limit and a header; a peer that
// announces much and sends little costs little.
type Reader struct {
	in    *bufio.Reader
	limit int
	buf   []byte
	err   error // the first fault; a stream that lost its rhythm cannot find it again
}

// NewReader reads from in; limit bounds a frame's body and an answer (see DefaultLimit).
func NewReader(in io.Reader, limit int) *Reader {
	return &Reader{in: bufio.NewReader(in), limit: limit}
}

// Frame reads the next frame, of whatever type; its body lasts until the next call. At the end of
// the stream the error is io.EOF between frames (the agent's liveness probe connects and closes
// without a word), io.ErrUnexpectedEOF within one, and an *Error of kind ErrTooLong or ErrMalformed
// when the announced length is out of bounds. After an error there is nothing more.
func (r *Reader) Frame() (Frame, error) {
	if !r.first(headerSize) {
		return Frame{}, r.err
	}
	length, err := frameLength(r.buf, r.limit)
	if r.err = err; err != nil || !r.fill(headerSize+length) {
		return Frame{}, r.err
	}
	return Frame{Type: Type(r.buf[0]), Body: r.buf[headerSize:]}, nil
}

// Response reads the next answer; errors are as Frame's.
func (r *Reader) Response() (Response, error) {
	if !r.first(1) {
		return Response{}, r.err
	}
	size, lengths, err := responseSize(r.buf, r.limit)
	for errors.Is(err, ErrShort) { // the lengths are still to come
		if !r.fill(len(r.buf) + 4) {
			return Response{}, r.err
		}
		size, lengths, err = responseSize(r.buf, r.limit)
	}
	if r.err = err; err != nil || !r.fill(size+lengths[0]+lengths[1]) {
		return Response{}, r.err
	}
	answer, _, err := ParseResponse(r.buf, r.limit)
	r.err = err
	return answer, err
}

// first starts a new frame or answer with its first n bytes.
func (r *Reader) first(n int) bool {
	if r.err != nil {
		return false
	}
	r.buf = r.buf[:0]
	return r.fill(n)
}

// chunk is how many bytes are waited for before the buffer grows again.
const chunk = 64 << 10

// fill reads until the buffer holds n bytes.
func (r *Reader) fill(n int) bool {
	for len(r.buf) < n {
		have := len(r.buf)
		next := min(n, max(cap(r.buf), have+chunk))
		if next > cap(r.buf) {
			grown := make([]byte, have, min(n, max(2*cap(r.buf), next)))
			copy(grown, r.buf)
			r.buf = grown
		}
		m, err := io.ReadFull(r.in, r.buf[have:next])
		r.buf = r.buf[:have+m]
		if err == io.EOF && len(r.buf) > 0 {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			r.err = err
			return false
		}
	}
	return true
}
