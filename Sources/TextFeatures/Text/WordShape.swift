import PythonSemantics

/// What Python's `str.islower`, `isupper`, `istitle` and `isdigit` say of a word.
package struct WordShape: Equatable {
    /// At least one cased character, none upper or title case.
    var isLower = false
    /// At least one cased character, none lower or title case.
    package var isUpper = false
    /// At least one cased character; upper case exactly where no cased character stands before.
    package var isTitle = false
    /// Not empty, nothing but digits.
    package var isDigit = false

    package init(of bytes: [UInt8], in range: Range<Int>) {
        guard !range.isEmpty else { return }
        var (anyCased, lower, upper, title, digit) = (false, true, true, true, true)
        var afterCased = false
        var at = range.lowerBound
        while at < range.upperBound {
            let scalar = UTF8Reading.next(bytes, &at)
            let kind = Case(scalar)
            digit = digit && scalar.isPythonDigit
            switch kind {
            case .lower:
                upper = false
                title = title && afterCased
            case .upper, .title:
                lower = false
                if kind == .title { upper = false }
                title = title && !afterCased
            case .none: break
            }
            afterCased = kind != .none
            anyCased = anyCased || afterCased
        }
        isLower = lower && anyCased
        isUpper = upper && anyCased
        isTitle = title && anyCased
        isDigit = digit
    }

    private enum Case {
        case lower, upper, title, none

        init(_ scalar: Unicode.Scalar) {
            if scalar.isASCII {
                self = 0x61...0x7A ~= scalar.value ? .lower : 0x41...0x5A ~= scalar.value ? .upper : .none
                return
            }
            let properties = scalar.properties
            self =
                properties.isLowercase
                ? .lower
                : properties.isUppercase ? .upper : properties.generalCategory == .titlecaseLetter ? .title : .none
        }
    }
}
