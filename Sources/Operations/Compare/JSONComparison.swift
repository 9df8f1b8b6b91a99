import ExactText
import JSON

/// Compares two masked responses. The order of members, differences below the tolerance, and the order of what is
/// equally likely do not count.
struct JSONComparison {
    let tolerance: Double
    /// What alternatives a response of the assistant may be taken from.
    let variations: ResponseVariations
    private(set) var differences: [Difference] = []
    /// The largest difference between two confidences, whether it counts or not.
    private(set) var worst = 0.0

    /// How many differences of one response are kept.
    private static let maxDifferences = 40

    init(tolerance: Double, variations: ResponseVariations = ResponseVariations()) {
        (self.tolerance, self.variations) = (tolerance, variations)
    }

    mutating func add(_ difference: Difference) {
        if differences.count < Self.maxDifferences { differences.append(difference) }
    }

    mutating func compare(_ one: JSON, _ other: JSON, at path: String = "") {
        switch (one, other) {
        case (.object(let left), .object(let right)): compare(left, right, path)
        case (.array(let left), .array(let right)): compare(left, right, path)
        case (.string(let left), .string(let right)):
            if left.exact != right.exact, !Moments.areClose(left, right) { add(Difference(path, one, other)) }
        default:
            if let left = one.double, let right = other.double {
                compare(numbers: left, right, one, other, path)
            } else if one != other {
                add(Difference(path, one, other))
            }
        }
    }

    private mutating func compare(
        numbers left: Double, _ right: Double, _ one: JSON, _ other: JSON, _ path: String
    ) {
        let distance = abs(left - right)
        if path.exact.hasSuffix("/confidence") || path.exact.hasSuffix("/score"), distance.isFinite {
            worst = max(worst, distance)
        }
        // Not a number is equal to itself here.
        if distance > tolerance || left.isNaN != right.isNaN { add(Difference(path, one, other)) }
    }

    private mutating func compare(_ left: JSONObject, _ right: JSONObject, _ path: String) {
        if let text = left["text"]?.string, let other = right["text"]?.string, isMessage(left),
            variations.areAlternatives(text, other)
        {
            // Buttons and pictures are those of the variation.
            return compare(left["metadata"] ?? .null, right["metadata"] ?? .null, at: "\(path)/metadata")
        }
        let tied = Ranking.tiedMember(left, right, tolerance: tolerance)
        for (name, value) in left where name.exact != tied?.exact {
            let place = "\(path)/\(Self.escaped(name))"
            if let counterpart = right[name] {
                compare(value, counterpart, at: place)
            } else if !value.isNull {
                add(Difference(place, value, nil))
            }
        }
        for (name, value) in right where left[name] == nil && !value.isNull {
            add(Difference("\(path)/\(Self.escaped(name))", nil, value))
        }
    }

    /// Whether it is what an assistant says, rather than a part of the message that a user sent.
    private func isMessage(_ members: JSONObject) -> Bool {
        members["recipient_id"] != nil || members["event"]?.string?.exact == "bot"
    }

    private mutating func compare(_ left: [JSON], _ right: [JSON], _ path: String) {
        if let one = Ranking(left), let other = Ranking(right), one.kind == other.kind {
            for (path, values) in one.pairs(with: other, tolerance: tolerance, at: path) {
                if let first = values.0, let second = values.1 {
                    compare(first, second, at: path)
                } else {
                    add(Difference(path, values.0, values.1))
                }
            }
            return
        }
        for index in 0..<max(left.count, right.count) {
            let place = "\(path)/\(index)"
            // Of the literal nil there are two here: no value, and the JSON null.
            let one: JSON? = left.indices.contains(index) ? .some(left[index]) : .none
            let other: JSON? = right.indices.contains(index) ? .some(right[index]) : .none
            if let one, let other {
                compare(one, other, at: place)
            } else {
                add(Difference(place, one, other))
            }
        }
    }

    private static func escaped(_ name: String) -> String {
        name.exact.replacing("~", with: "~0").exact.replacing("/", with: "~1")
    }
}
