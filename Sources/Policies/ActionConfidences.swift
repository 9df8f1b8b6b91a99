/// A confidence for every action of the domain, in the order of its actions.
///
/// Most policies name one action and give all others 0. Only what differs from 0 is kept then, so a prediction does not
/// cost more where a domain has more actions.
package struct ActionConfidences: Sendable, RandomAccessCollection, ExpressibleByArrayLiteral {
    private enum Storage: Sendable {
        /// The confidences of a few actions, by rising place; all others are 0.
        case few([(place: Int, value: Double)])
        case all([Double])
    }

    package let endIndex: Int
    private var storage: Storage

    /// No confidence in any of so many actions.
    package init(count: Int) {
        endIndex = count
        storage = .few([])
    }

    package init(_ values: [Double]) {
        endIndex = values.count
        storage = .all(values)
    }

    package init(arrayLiteral elements: Double...) { self.init(elements) }

    package var startIndex: Int { 0 }

    /// The confidence in the action at a place.
    package subscript(_ place: Int) -> Double {
        get {
            switch storage {
            case .few(let entries): entries.first { $0.place == place }?.value ?? 0
            case .all(let values): values[place]
            }
        }
        set {
            precondition(place >= 0 && place < endIndex, "action \(place) of \(endIndex)")
            switch storage {
            case .few(var entries):
                let next = entries.firstIndex { $0.place >= place } ?? entries.endIndex
                let isKnown = next < entries.endIndex && entries[next].place == place
                entries.replaceSubrange(next..<(isKnown ? next + 1 : next), with: [(place, newValue)])
                storage = .few(entries)
            case .all(var values):
                // The array must not be held twice while it changes.
                storage = .few([])
                values[place] = newValue
                storage = .all(values)
            }
        }
    }

    /// The largest confidence and the first action that has it; nil without any action.
    package var best: (place: Int, value: Double)? {
        switch storage {
        case .all(let values):
            guard let largest = values.max(), let place = values.firstIndex(of: largest) else { return nil }
            return (place, largest)
        case .few(let entries):
            guard let largest = entries.max(by: { $0.value < $1.value })?.value,
                largest > 0 || entries.count == endIndex
            else { return firstUnnamed(entries) }
            return entries.first { $0.value == largest }
        }
    }

    /// The first action with a confidence of 0; entries have none above it.
    private func firstUnnamed(_ entries: [(place: Int, value: Double)]) -> (place: Int, value: Double)? {
        var place = 0
        for entry in entries where entry.place == place && entry.value != 0 { place += 1 }
        return place < endIndex ? (place, 0) : nil
    }
}
