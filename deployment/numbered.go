package deployment

import "strconv"

// numbered takes a name apart around the number at the end of its first label: "cp-1.wso2.com" is
// "cp-", 1, ".wso2.com". The number is 0 when there is none.
func numbered(name string) (stem string, number int, rest string) {
	end := len(name)
	for i := range len(name) {
		if name[i] == '.' {
			end = i
			break
		}
	}
	start := end
	for start > 0 && '0' <= name[start-1] && name[start-1] <= '9' {
		start--
	}
	n, err := strconv.Atoi(name[start:end])
	if err != nil || n == 0 || start == 0 {
		return name[:end], 0, name[end:]
	}
	return name[:start], n, name[end:]
}

// renumbered gives a name the number of a copy. A name without a number, such as a load balancer's,
// is shared by all copies and stays.
func renumbered(name string, from, to int) string {
	stem, n, rest := numbered(name)
	if n == 0 || n != from {
		return name
	}
	return stem + strconv.Itoa(to) + rest
}

// copyName is the id of the nth copy: gateway is gateway-1, gateway-2; cp-1 is cp-1, cp-2.
func copyName(id string, nth int) string {
	stem, first, rest := numbered(id)
	if first == 0 {
		return stem + "-" + strconv.Itoa(nth+1) + rest
	}
	return stem + strconv.Itoa(first+nth) + rest
}
