// Package siddhi reads the query of a custom (global) throttling policy. In the product it may be any
// Siddhi; here it is the subset that the product's own sample and documentation use, and whatever goes
// beyond is refused with its name and place. What is read:
//
//		FROM RequestStream
//		SELECT userId, (userId == 'admin@carbon.super' AND apiContext == '/pizza/1.0.0') AS isEligible,
//		       str:concat(userId, ':', apiContext) AS throttleKey
//		INSERT INTO EligibilityStream;
//
//		FROM EligibilityStream[isEligible == true]#throttler:timeBatch(1 min, 0)
//		SELECT throttleKey, (count(throttleKey) >= 5) AS isThrottled, expiryTimeStamp
//		GROUP BY throttleKey
//		INSERT ALL EVENTS INTO ResultStream;
//
//	  - The first query selects attributes of the request stream, one expression as isEligible, made of ==,
//	    !=, AND, OR, NOT, brackets, true, false, attributes and texts, and one as throttleKey: an attribute, a
//	    text, or str:concat of them. map:get(propertiesMap, 'name') is a text too, bare or cast to 'string';
//	    what is no text in the map is null.
//	  - The second filters by isEligible or isEligible == true; its batch is of one unit of time, with the
//	    start 0 or without a start; its count is compared by >= with a whole number.
//	  - The template adds the last query itself, from ResultStream through emitOnStateChange into
//	    GlobalThrottleStream (throttle_policy_template_global.xml). It may be repeated, for a text that was
//	    copied whole.
//	  - Keywords are in any case, comments are -- to the line's end or between /* and */.
//
// An attribute that a request lacks is null: it equals nothing and differs from nothing, and str:concat
// leaves it out.
package siddhi
