package app_test

const asPatrol = "PATROL_TEST_AS_PATROL"

func patrolUntilKilled() int { return 0 }
