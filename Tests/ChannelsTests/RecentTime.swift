import Glibc

/// The time of day, for requests that are signed with it.
enum RecentTime {
    static func now() -> Int { time(nil) }
}
