package deployment

import "strings"

// Login is a user with its password. It prints without the password.
type Login struct {
	User     string `json:"user"`
	Password string `json:"-"`
	at, name Place  // where the password and the user are written
}

// known tells whether both parts are known, and no gaps that the host fills.
func (l Login) known() bool { return !strings.ContainsAny(l.User+l.Password, "$[<") }

// String prints the user only.
func (l Login) String() string { return l.User }

// readLogin is the login of the last of some sections that gives one, else the super admin's.
func readLogin(f *file, sections ...string) Login {
	l := Login{User: f.text("super_admin.username"), Password: f.text("super_admin.password"), at: f.place("super_admin.password"), name: f.place("super_admin.username")}
	for _, section := range sections {
		if u := f.text(section + ".username"); u != "" {
			l.User, l.name = u, f.place(section+".username")
		}
		if p := f.text(section + ".password"); p != "" {
			l.Password, l.at = p, f.place(section+".password")
		}
	}
	return l
}

// readJMS reads the logins that stand in JMS connection URLs: of the hub's topics, which has one of its own
// only where both parts are given, and of throttle decisions (api-manager.xml.j2, jndi*.properties.j2).
func (s *Settings) readJMS(f *file) {
	const own = "apim.event_hub.jms"
	s.hubJMS, s.decisionsJMS = s.Login, readLogin(f, "apim.throttling", "apim.throttling.jms")
	if f.has(own+".username") && f.has(own+".password") {
		s.hubJMS = readLogin(f, own)
	}
}

// cutOff tells whether the JMS connection URL of a use is no URL: Andes ends the user at the first @, which
// is written as ! there (apim docs, email address as the user name).
func (s *Settings) cutOff(u use) bool {
	return s.Older == nil && u.jms() && strings.Contains(s.jms(u).User, "@")
}

// jms is the login in the JMS connection URL of a use.
func (s *Settings) jms(u use) Login {
	if u.counts() {
		return s.decisionsJMS
	}
	return s.hubJMS
}
