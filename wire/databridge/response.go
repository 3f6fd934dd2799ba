package databridge

import (
	"encoding/binary"
	"strconv"
)

// Code is the first byte of an answer.
type Code byte

// The codes of answers.
const (
	OK       Code = 0 // to a logout or a publish
	Failed   Code = 1
	LoggedIn Code = 2
)

// The exceptions that the product's agent knows how to take. It loads the class that the answer names
// and calls its constructor; any other class marks the endpoint down, and the batch goes elsewhere.
const (
	// BadLogin refuses a user.
	BadLogin = "org.wso2.carbon.databridge.commons.exception.AuthenticationException"
	// SessionExpired makes the agent log in again at once and send the batch once more. The product's
	// text is "<session> expired".
	SessionExpired = "org.wso2.carbon.databridge.commons.exception.SessionTimeoutException"
	// UndefinedEventType makes the agent drop the batch.
	UndefinedEventType = "org.wso2.carbon.databridge.commons.exception.UndefinedEventTypeException"
)

// Response is an answer. Session is a LoggedIn's, Class and Message are a Failed's.
type Response struct {
	Code    Code
	Session string
	Class   string // of the Java exception
	Message string
}

// AppendResponse appends an answer.
func AppendResponse(b []byte, r Response) []byte {
	b = append(b, byte(r.Code))
	switch r.Code {
	case LoggedIn:
		return appendText(b, r.Session)
	case Failed:
		b = binary.BigEndian.AppendUint32(b, uint32(len(r.Class)))
		b = binary.BigEndian.AppendUint32(b, uint32(len(r.Message)))
		return append(append(b, r.Class...), r.Message...)
	}
	return b
}

// ParseResponse reads an answer that is no longer than limit behind its code.
func ParseResponse(b []byte, limit int) (Response, int, error) {
	const doing = "read an answer"
	size, lengths, err := responseSize(b, limit)
	if err != nil {
		return Response{}, 0, err
	}
	c := cursor{b: b}
	r := Response{Code: Code(c.take(size, "the code and lengths")[0])}
	switch r.Code {
	case LoggedIn:
		r.Session = string(c.take(lengths[0], "the session"))
	case Failed:
		r.Class = string(c.take(lengths[0], "the class"))
		r.Message = string(c.take(lengths[1], "the message"))
	}
	if err := c.err(doing); err != nil {
		return Response{}, 0, err
	}
	return r, c.n, nil
}

// responseSize reads an answer's code and the lengths behind it: size is how many bytes these are.
func responseSize(b []byte, limit int) (size int, lengths [2]int, err error) {
	c := cursor{b: b}
	if code := c.take(1, "the code"); code != nil {
		switch Code(code[0]) {
		case OK:
		case LoggedIn:
			lengths[0] = c.length("the session")
		case Failed:
			lengths[0], lengths[1] = c.length("the class"), c.length("the message")
		default:
			c.fail(ErrUnknownType, "its first byte is "+strconv.Itoa(int(code[0])))
		}
	}
	if lengths[0] > limit || lengths[1] > limit-lengths[0] {
		c.fail(ErrTooLong, tooLong(lengths[0]+lengths[1], limit))
	}
	return c.n, lengths, c.err("read an answer")
}
