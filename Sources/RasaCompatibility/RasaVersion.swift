import ExactText

/// A version of Rasa Open Source as archives carry it, compared number by number.
package struct RasaVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let description: String
    private let numbers: [Int]
    private let isRelease: Bool

    /// The version whose HTTP API, archives, events and stores Parley is compatible with.
    package static let compatible = RasaVersion(numbers: [3, 6, 21])

    /// The oldest version whose archives the compatible version itself takes: the first that keeps no Python pickles.
    package static let oldestTaken = compatible

    /// The oldest version whose archives are supported.
    package static let oldestSupported = RasaVersion(numbers: [3, 0, 0])

    /// The first version that is not Rasa Open Source any more, but Rasa Pro.
    private static let firstOfPro = RasaVersion(numbers: [3, 7, 0])

    /// Reads `3.6.21`, also with a suffix such as `3.6.21a1`, which counts as older than the release.
    /// - Returns: nil where the text does not begin with three numbers.
    package init?(_ text: String) {
        var numbers: [Int] = []
        var rest = Substring(text)
        for index in 0..<3 {
            if index > 0 {
                guard rest.first == "." else { return nil }
                rest = rest.dropFirst()
            }
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard let number = Int(digits) else { return nil }
            numbers.append(number)
            rest = rest.dropFirst(digits.count)
        }
        self.numbers = numbers
        isRelease = rest.isEmpty || rest.first == "+" || rest.exact.hasPrefix(".post")
        description = text
    }

    private init(numbers: [Int]) {
        self.numbers = numbers
        isRelease = true
        description = numbers.map(String.init).joined(separator: ".")
    }

    /// Whether archives of this version are supported: those of 3.0 to 3.6, pre-releases included.
    package var isSupported: Bool { numbers[0] == 3 && !isOfPro }

    /// Whether archives of this version are those of Rasa Pro, which has other components.
    package var isOfPro: Bool { numbers.lexicographicallyPrecedes(Self.firstOfPro.numbers) == false }

    /// Whether archives of this version have the form that the compatible version writes, without pickles.
    package var isCurrent: Bool { isSupported && self >= .oldestTaken }

    /// Older before newer; a pre-release comes before its release.
    package static func < (left: RasaVersion, right: RasaVersion) -> Bool {
        if left.numbers == right.numbers { return !left.isRelease && right.isRelease }
        return left.numbers.lexicographicallyPrecedes(right.numbers)
    }

    /// Equal numbers and the same stage.
    package static func == (left: RasaVersion, right: RasaVersion) -> Bool {
        left.numbers == right.numbers && left.isRelease == right.isRelease
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(numbers)
        hasher.combine(isRelease)
    }
}
