package checker

import "hubsim/event"

// mostRoutes bounds what is kept by route: calls that strangers make at a live run have headers of their
// own each.
const mostRoutes = 1 << 16

// route is what decides under which keys a call is counted. Lists are told apart by where they stand:
// those of a workload's calls stand in one place.
type route struct {
	context, resource, verb, address, basic, method string
	token                                           *event.Token
	also                                            *string // the further operations
	headers, query, claims, custom                  *event.Pair
}

func routeOf(r *event.Request) route {
	return route{r.Context, r.Resource, r.Verb, r.ClientIP, r.Basic, r.Method, r.Token, head(r.Also), head(r.Headers), head(r.Query), head(r.Claims), head(r.Custom)}
}

// head is where a list stands.
func head[T any](list []T) *T {
	if len(list) == 0 {
		return nil
	}
	return &list[0]
}

// Routes keeps what is worked out of a call for all calls alike.
type Routes[T any] struct{ known map[route]T }

// Get is what is kept for a call; make works it out.
func (k *Routes[T]) Get(r *event.Request, make func() T) T {
	at := routeOf(r)
	if found, ok := k.known[at]; ok {
		return found
	}
	if k.known == nil || len(k.known) >= mostRoutes {
		k.known = map[route]T{}
	}
	made := make()
	k.known[at] = made
	return made
}
