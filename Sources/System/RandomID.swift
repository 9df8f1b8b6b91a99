import Encodings

/// Ids that the assistant makes up.
package enum RandomID {
    /// 32 random hexadecimal digits: the form of a UUID without its dashes, as Rasa names messages.
    package static func hex() -> String {
        var generator = SystemRandomNumberGenerator()
        // Version 4 and variant 1 of a UUID, so that programs that look closer find what they expect.
        let high = generator.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        let low = generator.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        return Hexadecimal.text(high) + Hexadecimal.text(low)
    }

    /// A UUID with its dashes, as Rasa names reminders.
    package static func uuid() -> String {
        var digits = Array(hex())
        for place in [20, 16, 12, 8] { digits.insert("-", at: place) }
        return String(digits)
    }
}
