/// Which characters `re.IGNORECASE` takes for the same: those with the same lowercase, and lowercase letters that share
/// their uppercase.
package enum CaseFolding {
    /// One character for all that are the same.
    package static func folded(_ scalar: UInt32) -> UInt32 {
        let lowercase = SimpleLowercase.mapping(of: scalar)
        if lowercase < 0x80 { return lowercase }
        return representatives[lowercase] ?? lowercase
    }

    /// The text with each character replaced by the one for all that are the same. Scalars keep their places.
    package static func folded(_ text: MessageText) -> MessageText {
        if text.isASCII { return MessageText(bytes: text.bytes.map { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 }) }
        var scalars = String.UnicodeScalarView()
        var at = 0
        while at < text.bytes.count {
            let scalar = UTF8Reading.next(text.bytes, &at)
            scalars.append(Unicode.Scalar(folded(scalar.value)) ?? scalar)
        }
        return MessageText(String(scalars))
    }

    /// All characters that are the same as one, itself among them.
    static func equivalents(of scalar: UInt32) -> [UInt32] { classes[folded(scalar)] ?? [scalar] }

    /// All characters that are the same as one of a set's.
    static func closure(of set: CodePointSet) -> CodePointSet {
        var closure = set
        for range in set.ranges {
            var (low, high) = (0, members.count)
            while low < high {
                let middle = (low + high) / 2
                if members[middle] < range.lowerBound { low = middle + 1 } else { high = middle }
            }
            while low < members.count, members[low] <= range.upperBound {
                for other in equivalents(of: members[low]) { closure.insert(other...other) }
                low += 1
            }
        }
        return closure
    }

    /// All characters with a lowercase, itself among them if it is one.
    static func characters(withLowercase scalar: UInt32) -> [UInt32] {
        guard SimpleLowercase.mapping(of: scalar) == scalar else { return [] }
        return [scalar]
            + (classes[folded(scalar)] ?? []).filter {
                $0 != scalar && SimpleLowercase.mapping(of: $0) == scalar
            }
    }

    /// The characters that are the same as at least one other, by the one that stands for them.
    private static let classes: [UInt32: [UInt32]] = {
        var classes: [UInt32: [UInt32]] = [:]
        for group in sharedUppercase { classes[group[0]] = group }
        SimpleLowercase.forEach { scalar, lowercase in
            let representative = representatives[lowercase] ?? lowercase
            classes[representative, default: [lowercase]].append(scalar)
        }
        return classes
    }()

    /// All characters that are the same as at least one other, in rising order.
    private static let members = classes.values.joined().sorted()

    private static let representatives = Dictionary(
        uniqueKeysWithValues: sharedUppercase.flatMap { group in group.map { ($0, group[0]) } })

    /// Lowercase letters with the same uppercase, as Python 3.10 lists them.
    private static let sharedUppercase: [[UInt32]] = [
        [0x69, 0x131], [0x73, 0x17F], [0xB5, 0x3BC], [0x345, 0x3B9, 0x1FBE], [0x390, 0x1FD3], [0x3B0, 0x1FE3],
        [0x3B2, 0x3D0], [0x3B5, 0x3F5], [0x3B8, 0x3D1], [0x3BA, 0x3F0], [0x3C0, 0x3D6], [0x3C1, 0x3F1], [0x3C2, 0x3C3],
        [0x3C6, 0x3D5], [0x432, 0x1C80], [0x434, 0x1C81], [0x43E, 0x1C82], [0x441, 0x1C83], [0x442, 0x1C84, 0x1C85],
        [0x44A, 0x1C86], [0x463, 0x1C87], [0x1C88, 0xA64B], [0x1E61, 0x1E9B], [0xFB05, 0xFB06],
    ]
}
