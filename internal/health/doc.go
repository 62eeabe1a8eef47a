// Package health decides whether a service is up and says what to announce for it.
// It runs nothing: who uses it runs the checks, tells a Machine what they found,
// and does what the Step says.
//
//	          passed                 rise times
//	    +--> RISING ------------------------------> UP
//	INIT      ^ | failed              failed        |
//	    |     | v                                   v
//	    +--> FALLING <------------------------------+
//	  failed  | ^ passed: RISING
//	          v |   fall times
//	         DOWN        DISABLED from everywhere, and from there to INIT
//
//	m := health.NewMachine(health.Rules{Rise: 3, Fall: 3, Interval: 5 * time.Second, Fast: time.Second})
//	for {
//		s := m.Next(check())
//		if s.Announce {
//			write(service.Commands(s.State))
//		}
//		sleep(s.Wait)
//	}
package health
