import ExactText
import JSON

/// A list of names with their confidences: the order of those that are equally likely is an accident, and so is which
/// of them comes last where the list was cut.
struct Ranking {
    enum Kind { case intents, actions, responses }

    let kind: Kind
    private let elements: [JSON]
    private let places: [ExactString: Int]

    private static let kinds: [(kind: Kind, name: String, confidence: String)] = [
        (.intents, "name", "confidence"), (.actions, "action", "score"),
        (.responses, "intent_response_key", "confidence"),
    ]

    /// nil for a list that is no ranking, such as one that has a name twice.
    init?(_ elements: [JSON]) {
        guard !elements.isEmpty else { return nil }
        for (kind, name, confidence) in Self.kinds {
            let names = elements.compactMap { $0[confidence]?.double == nil ? nil : $0[name]?.string?.exact }
            let places = Dictionary(zip(names, names.indices)) { first, _ in first }
            guard places.count == elements.count else { continue }
            (self.kind, self.elements, self.places) = (kind, elements, places)
            return
        }
        return nil
    }

    /// The elements of both by their names, with the places of the first ranking; nil for the element that one lacks.
    func pairs(
        with other: Ranking, tolerance: Double, at path: String
    ) -> [(path: String, values: (JSON?, JSON?))] {
        var pairs: [(path: String, values: (JSON?, JSON?))] = []
        let isCut = elements.count == other.elements.count
        for (name, place) in places.sorted(by: { $0.value < $1.value }) {
            if let counterpart = other.places[name] {
                pairs.append(("\(path)/\(place)", (elements[place], other.elements[counterpart])))
            } else if !(isCut && isClose(place, toLastOf: other, tolerance)) {
                pairs.append(("\(path)/\(place)", (elements[place], nil)))
            }
        }
        for (name, place) in other.places.sorted(by: { $0.value < $1.value }) where places[name] == nil {
            if isCut && other.isClose(place, toLastOf: self, tolerance) { continue }
            pairs.append(("\(path)/\(place)", (nil, other.elements[place])))
        }
        return pairs
    }

    private func isClose(_ place: Int, toLastOf other: Ranking, _ tolerance: Double) -> Bool {
        abs(confidence(of: elements[place]) - (other.elements.map(other.confidence).min() ?? 0)) <= tolerance
    }

    private func confidence(of element: JSON) -> Double {
        element["confidence"]?.double ?? element["score"]?.double ?? .nan
    }

    private func confidence(of name: String) -> Double? { places[name.exact].map { confidence(of: elements[$0]) } }

    /// Members that hold the first of a ranking, the ranking, and the path of its name.
    private static let firsts: [(member: String, ranking: String, name: [String])] = [
        ("intent", "intent_ranking", ["name"]), ("response", "ranking", ["intent_response_key"]),
    ]

    /// The member that holds the first of a ranking, where both have another one there that is equally likely; nil for
    /// none.
    static func tiedMember(_ left: JSONObject, _ right: JSONObject, tolerance: Double) -> String? {
        for (member, ranking, path) in firsts {
            guard let one = Ranking(left[ranking]?.array ?? []), let other = Ranking(right[ranking]?.array ?? []),
                let name = path.reduce(left[member], { $0?[$1] })?.string,
                let counterpart = path.reduce(right[member], { $0?[$1] })?.string, name.exact != counterpart.exact
            else { continue }
            let isTied = [one, other].allSatisfy { ranking in
                guard let first = ranking.confidence(of: name), let second = ranking.confidence(of: counterpart) else {
                    return false
                }
                return abs(first - second) <= tolerance
            }
            if isTied { return member }
        }
        return nil
    }
}
