#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension ReminderScheduled {
    /// When the intent is to be triggered, in seconds since 1970; nil where the text is no time in ISO 8601. A time
    /// without an offset is one of the system's time zone, as in Rasa.
    public var due: Double? {
        let form = /(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(\.\d+)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?/
        guard let parts = dateTime.wholeMatch(of: form)?.output else { return nil }
        func number(_ text: Substring?) -> Int32 { text.flatMap { Int32($0) } ?? 0 }
        var time = tm()
        time.tm_year = number(parts.1) - 1900
        time.tm_mon = number(parts.2) - 1
        time.tm_mday = number(parts.3)
        time.tm_hour = number(parts.4)
        time.tm_min = number(parts.5)
        time.tm_sec = number(parts.6)
        time.tm_isdst = -1
        let fraction = parts.7.flatMap { Double("0\($0)") } ?? 0
        guard let offset = parts.8 else { return Double(mktime(&time)) + fraction }
        return Double(timegm(&time)) + fraction - Self.seconds(ofOffset: offset)
    }

    private static func seconds(ofOffset offset: Substring) -> Double {
        let digits = offset.compactMap(\.wholeNumberValue)
        guard digits.count == 4 else { return 0 }
        let minutes = (digits[0] * 10 + digits[1]) * 60 + digits[2] * 10 + digits[3]
        return Double(offset.hasPrefix("-") ? -minutes : minutes) * 60
    }
}

extension ReminderCancelled {
    /// Whether this takes a reminder back: it fits in everything that is given.
    public func cancels(_ reminder: ReminderScheduled) -> Bool {
        ((name ?? "").isEmpty || name == reminder.name) && ((intent ?? "").isEmpty || intent == reminder.intent)
            && (!entities.isPythonTrue || entities == reminder.entities)
    }
}
