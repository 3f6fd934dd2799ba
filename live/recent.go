package live

// recent is a map that forgets its oldest entries.
type recent[K comparable, V any] struct {
	values map[K]V
	order  []K
	next   int
}

func newRecent[K comparable, V any](limit int) recent[K, V] {
	return recent[K, V]{values: map[K]V{}, order: make([]K, 0, limit)}
}

func (m *recent[K, V]) get(k K) (V, bool) {
	v, ok := m.values[k]
	return v, ok
}

func (m *recent[K, V]) put(k K, v V) {
	if _, ok := m.values[k]; ok {
		m.values[k] = v
		return
	}
	if len(m.order) < cap(m.order) {
		m.order = append(m.order, k)
	} else {
		delete(m.values, m.order[m.next])
		m.order[m.next] = k
		m.next = (m.next + 1) % cap(m.order)
	}
	m.values[k] = v
}
