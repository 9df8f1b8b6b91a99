import ExactText
import JSON

/// The slots of a domain before an event has set any. All conversations share them, so a conversation costs what its
/// events have set, however many slots the domain has.
package final class SlotDefinitions: Sendable {
    /// The slots in the order of the domain, each with its first value.
    package let slots: [Slot]
    let features: SlotFeatures
    private let places: [ExactString: Int]
    /// `"name":value` of each slot in JSON, one after the other with commas between, and where each of them ends.
    private let encoded: [UInt8]
    private let ends: [Int]

    /// Definitions of these slots; of slots of one name the last counts, at the first place.
    package init(_ slots: [Slot]) {
        var places: [ExactString: Int] = [:]
        var unique: [Slot] = []
        for var slot in slots {
            slot.reset()
            if let place = places[slot.name] {
                unique[place] = slot
            } else {
                places[slot.name] = unique.count
                unique.append(slot)
            }
        }
        self.slots = unique
        self.places = places
        features = SlotFeatures(of: unique)
        var encoded: [UInt8] = []
        var ends: [Int] = []
        for (place, slot) in unique.enumerated() {
            if place > 0 { encoded.append(UInt8(ascii: ",")) }
            SlotDefinitions.write(slot.name, slot.value, to: &encoded)
            ends.append(encoded.count)
        }
        self.encoded = encoded
        self.ends = ends
    }

    /// The place of a slot; nil where there is none of that name.
    func place(of name: String) -> Int? { places[name] }

    /// Appends the object of all slots by name in JSON.
    ///
    /// - Parameter changes: The values of slots that do not have their first one, by rising place.
    func write(_ changes: [(place: Int, value: JSON)], to output: inout [UInt8]) {
        output.append(UInt8(ascii: "{"))
        var from = 0
        for (place, value) in changes {
            let start = place == 0 ? 0 : ends[place - 1] + 1
            output += encoded[from..<start]
            SlotDefinitions.write(slots[place].name, value, to: &output)
            from = ends[place]
        }
        output += encoded[from...]
        output.append(UInt8(ascii: "}"))
    }

    private static func write(_ name: String, _ value: JSON, to output: inout [UInt8]) {
        JSON.write(name, to: &output)
        output.append(UInt8(ascii: ":"))
        value.write(to: &output)
    }
}
