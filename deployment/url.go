package deployment

import (
	"net"
	"strconv"
	"strings"
)

// URL is an endpoint as a file gives it, placeholders resolved.
type URL struct {
	Text   string `json:"text"`
	Scheme string `json:"scheme"`
	Host   string `json:"host"`
	Port   int    `json:"port"` // 0: none was given
	At     Place  `json:"at"`

	Unusable bool `json:"unusable,omitempty"` // the product can do nothing with it as it is written
}

// blank tells whether the host is a gap of the documentation's sample, still to be filled.
func (u URL) blank() bool { return blank.MatchString(u.Host) || strings.Contains(u.Host, "${") }

// self tells whether the URL leads to the node that has it.
func (u URL) self() bool { return isLoopback(u.Host) }

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && (ip.IsLoopback() || ip.IsUnspecified())
}

// moved returns the URL with another host.
func (u URL) moved(host string) URL {
	u.Text = strings.Replace(u.Text, u.Host, host, 1)
	u.Host = host
	return u
}

// url reads one URL of a key. "" is none; a bad one is a finding.
func (f *file) url(path string) URL {
	text := f.text(path)
	if text == "" || !f.has(path) {
		return URL{}
	}
	u, why := parseURL(text)
	if why == "" && u.Scheme != "https" && u.Scheme != "http" {
		why = "a service is asked by https://"
	}
	u.At = f.place(path)
	if why != "" {
		f.found.add("bad-url", u.At, strconv.Quote(text)+": "+why, hostFix(text))
		return URL{}
	}
	return u
}

// hostFix is what to do about a URL that stands in the host's environment.
func hostFix(text string) string {
	if strings.Contains(text, "$env{") || strings.Contains(text, "$sys{") {
		return "the simulator does not know the host's environment: in a copy of the files, write the URL in its place"
	}
	return ""
}

// urls reads a list of URLs. Several in one text are a finding, and are taken apart.
func (f *file) urls(path string) []URL {
	var all []URL
	for i, text := range f.list(path) {
		at := f.place(elementOf(path, i))
		at.Key = path
		parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",;| ", r) })
		if len(parts) > 1 && strings.Count(text, "://") > 1 {
			f.found.add("several-urls-in-one", at, strconv.Quote(text)+" holds "+strconv.Itoa(len(parts))+" URLs",
				"write "+path[strings.LastIndexByte(path, '.')+1:]+` = ["`+strings.Join(parts, `", "`)+`"]`)
		} else {
			parts = []string{text}
		}
		for _, part := range parts {
			u, why := parseURL(part)
			if why == "" && u.Scheme != "tcp" && u.Scheme != "ssl" {
				why = "brokers and receivers are reached by tcp:// or ssl://"
			}
			u.At, u.Unusable = at, len(parts) > 1
			if why != "" {
				f.found.add("bad-url", at, strconv.Quote(part)+": "+why, hostFix(part))
				continue
			}
			all = append(all, u)
		}
	}
	return all
}

// parseURL reads scheme://host:port/path. A host may be a gap in brackets, which net/url refuses.
func parseURL(text string) (URL, string) {
	u := URL{Text: text}
	scheme, rest, ok := strings.Cut(strings.TrimSpace(text), "://")
	if !ok || scheme == "" {
		return u, "there is no scheme"
	}
	u.Scheme = strings.ToLower(scheme)
	rest, _, _ = strings.Cut(rest, "/")
	rest, _, _ = strings.Cut(rest, "?")
	host, port := rest, ""
	if end := strings.LastIndexByte(rest, ']'); strings.HasPrefix(rest, "[") && end > 0 {
		host, port = rest[:end+1], strings.TrimPrefix(rest[end+1:], ":")
		if ip := net.ParseIP(rest[1:end]); ip != nil {
			host = rest[1:end]
		}
	} else if before, after, ok := strings.Cut(rest, ":"); ok && !strings.Contains(rest, "${") {
		host, port = before, after
	}
	u.Host = strings.ToLower(host)
	if blank.MatchString(host) {
		u.Host = host
	}
	if host == "" {
		return u, "there is no host"
	}
	if port == "" {
		return u, ""
	}
	n, err := strconv.Atoi(port)
	if err != nil || n < 1 || n > 65535 {
		return u, strconv.Quote(port) + " is not a port"
	}
	u.Port = n
	return u, ""
}
