import System

extension YAMLScalar {
    /// Whether a text without quotes would be read as something else, here or by Rasa: as nothing, a truth value, a
    /// number, a date, a key that merges groups, or with variables put in.
    static func isAmbiguous(_ text: String) -> Bool {
        guard case .string = value(of: text) else { return true }
        let bytes = Array(text.utf8)
        if bytes == [UInt8(ascii: "=")] || bytes == Array("<<".utf8) { return true }
        if let first = bytes.first, first.isDigit || first.isSign || first == UInt8(ascii: "."),
            isWhole(bytes) || isFraction(bytes) || isTime(bytes)
        {
            return true
        }
        return EnvironmentVariables.apply(to: text)
    }

    private static func isWhole(_ bytes: [UInt8]) -> Bool {
        guard bytes.first != UInt8(ascii: ".") else { return false }
        var scan = Scan(bytes)
        scan.skip { $0.isSign }
        if scan.isAll({ $0.isDigit || $0 == UInt8(ascii: "_") }) { return true }
        for (prefix, digits) in [("0b", "01_"), ("0o", "01234567_"), ("0x", "0123456789abcdefABCDEF_")] {
            var scan = scan
            if scan.skip(prefix) { return scan.isAll(digits.utf8.contains) }
        }
        return false
    }

    private static func isFraction(_ bytes: [UInt8]) -> Bool {
        var scan = Scan(bytes)
        scan.skip { $0.isSign }
        let beginsWithDigit = scan.skip { $0.isDigit }
        if beginsWithDigit { scan.skipAll { $0.isDigit || $0 == UInt8(ascii: "_") } }
        let hasPoint = scan.skip { $0 == UInt8(ascii: ".") }
        let fraction = hasPoint ? scan.skipAll { $0.isDigit || $0 == UInt8(ascii: "_") } : 0
        guard beginsWithDigit || fraction > 0 else { return false }
        if scan.isAtEnd { return hasPoint }
        guard scan.skip({ $0 | 0x20 == UInt8(ascii: "e") }) else { return false }
        let hasSign = scan.skip { $0.isSign }
        return (hasSign || beginsWithDigit) && scan.isAll { $0.isDigit }
    }

    /// `2020-01-01`, or `2020-1-1 10:00:00.5 +02:00` and the like.
    private static func isTime(_ bytes: [UInt8]) -> Bool {
        var scan = Scan(bytes)
        guard scan.skipAll({ $0.isDigit }) == 4, scan.skip("-") else { return false }
        let month = scan.skipAll { $0.isDigit }
        guard 1...2 ~= month, scan.skip("-") else { return false }
        let day = scan.skipAll { $0.isDigit }
        guard 1...2 ~= day else { return false }
        if scan.isAtEnd { return month == 2 && day == 2 }
        if !scan.skip({ $0 | 0x20 == UInt8(ascii: "t") }) {
            guard scan.skipAll({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }) > 0 else { return false }
        }
        guard 1...2 ~= scan.skipAll({ $0.isDigit }), scan.skip(":"), scan.skipAll({ $0.isDigit }) == 2, scan.skip(":"),
            scan.skipAll({ $0.isDigit }) == 2
        else { return false }
        if scan.skip(".") { scan.skipAll { $0.isDigit } }
        if scan.isAtEnd { return true }
        scan.skipAll { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        if scan.skip("Z") { return scan.isAtEnd }
        guard scan.skip({ $0.isSign }), 1...2 ~= scan.skipAll({ $0.isDigit }) else { return false }
        return scan.isAtEnd || scan.skip(":") && scan.skipAll { $0.isDigit } == 2 && scan.isAtEnd
    }

    /// The rest of a text that is looked at from its beginning.
    private struct Scan {
        private var rest: ArraySlice<UInt8>

        init(_ bytes: [UInt8]) { rest = bytes[...] }

        var isAtEnd: Bool { rest.isEmpty }

        /// Whether something is left, all of it of this kind.
        func isAll(_ kind: (UInt8) -> Bool) -> Bool { !rest.isEmpty && rest.allSatisfy(kind) }

        @discardableResult
        mutating func skip(_ kind: (UInt8) -> Bool) -> Bool {
            guard let first = rest.first, kind(first) else { return false }
            rest.removeFirst()
            return true
        }

        mutating func skip(_ text: String) -> Bool {
            guard rest.starts(with: text.utf8) else { return false }
            rest.removeFirst(text.utf8.count)
            return true
        }

        @discardableResult
        mutating func skipAll(_ kind: (UInt8) -> Bool) -> Int {
            let count = rest.prefix(while: kind).count
            rest.removeFirst(count)
            return count
        }
    }
}

extension UInt8 {
    fileprivate var isSign: Bool { self == UInt8(ascii: "+") || self == UInt8(ascii: "-") }
    fileprivate var isDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }
}
