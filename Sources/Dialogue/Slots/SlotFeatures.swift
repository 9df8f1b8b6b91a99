package import ExactText
package import JSON
import Synchronization

/// What policies see of a conversation's slots: those with a feature that is not zero, in the order of the domain.
///
/// It is one reference. The states of a conversation share it until an event changes what policies see of a slot, so a
/// state costs nothing for slots that stay as they were.
package struct SlotFeatures: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        let place: Int
        package let name: ExactString
        /// Its features, at least one of them not zero.
        package let values: [Double]
    }

    private final class Storage: Sendable {
        let entries: [Entry]
        let text = Mutex<[UInt8]?>(nil)

        init(_ entries: [Entry]) { self.entries = entries }
    }

    private let storage: Storage
    private static let none = Storage([])

    package init() { storage = Self.none }

    private init(_ entries: [Entry]) { storage = Storage(entries) }

    init(of slots: [Slot]) {
        self.init(
            slots.enumerated().compactMap { place, slot in
                let values = slot.features
                guard values.contains(where: { $0 != 0 }) else { return nil }
                return Entry(place: place, name: slot.name.exact, values: values)
            })
    }

    /// The slots with features, in the order of the domain.
    package var entries: [Entry] { storage.entries }

    package var isEmpty: Bool { storage.entries.isEmpty }

    /// The same but for one slot.
    ///
    /// - Parameter values: The slot's features; it is left out if they are all zero.
    func setting(_ values: [Double], ofSlotAt place: Int, named name: ExactString) -> SlotFeatures {
        let start = entries.firstIndex { $0.place >= place } ?? entries.endIndex
        let known = start < entries.endIndex && entries[start].place == place ? entries[start] : nil
        let isSeen = values.contains { $0 != 0 }
        if isSeen ? known?.values == values : known == nil { return self }
        var changed = entries
        let entry = Entry(place: place, name: name, values: values)
        changed.replaceSubrange(start..<(known == nil ? start : start + 1), with: isSeen ? [entry] : [])
        return SlotFeatures(changed)
    }

    package func removing(where isRemoved: (ExactString) -> Bool) -> SlotFeatures {
        let rest = entries.filter { !isRemoved($0.name) }
        return rest.count == entries.count ? self : SlotFeatures(rest)
    }

    /// Whether both are the same reference, which is to know without looking that they are equal.
    package func isIdentical(to other: SlotFeatures) -> Bool { storage === other.storage }

    /// The features by the names of the slots.
    package var json: JSON {
        .object(
            JSONObject(
                entries.map { ($0.name.string, .array($0.values.map(JSON.double))) },
                uniquingKeysWith: { first, _ in first }))
    }

    /// The features as JSON text with sorted names, as Python writes it; made once.
    package var text: [UInt8] {
        storage.text.withLock { text in
            if let text { return text }
            let made = json.encoded(.pythonSorted)
            text = made
            return made
        }
    }

    /// Whether the same slots have the same features.
    package static func == (one: SlotFeatures, other: SlotFeatures) -> Bool {
        one.storage === other.storage || one.entries == other.entries
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(entries) }
}
