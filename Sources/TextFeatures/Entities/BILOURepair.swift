import ExactText
import Glibc

extension TagSequence {
    /// Makes each entity that begins with `B-` consistent, from left to right (Rasa's
    /// `ensure_consistent_bilou_tagging`): one kind for all its words, and prefixes by their places. Other tags stay.
    package mutating func repair() {
        for start in tags.indices where tags[start].prefix == .beginning {
            let end = lastWord(ofEntityAt: start)
            let name = settleKind(start...end)
            tags[start] = Tag(prefix: start == end ? .unit : .beginning, name: name)
            guard start < end else { continue }
            for index in start + 1..<end { tags[index] = Tag(prefix: .inside, name: name) }
            tags[end] = Tag(prefix: .last, name: name)
        }
    }

    private func lastWord(ofEntityAt start: Int) -> Int {
        var end = start + 1
        while end < tags.count {
            switch tags[end].prefix {
            case .last: return end
            case .inside: end += 1
            default: return end - 1
            }
        }
        return tags.count - 1
    }

    /// The kind for all words of an entity. Words of another kind get the score of the winner as confidence.
    private mutating func settleKind(_ range: ClosedRange<Int>) -> ExactString {
        let first = tags[range.lowerBound].name
        guard range.contains(where: { tags[$0].name != first }) else { return first }
        var candidates: [(name: ExactString, count: Int, sum: Double)] = []
        for index in range {
            let name = tags[index].name
            if let place = candidates.firstIndex(where: { $0.name == name }) {
                candidates[place].count += 1
                candidates[place].sum += confidences[index]
            } else {
                candidates.append((name, 1, 0 + confidences[index]))
            }
        }
        var best = (name: first, score: -Double.infinity)
        for candidate in candidates {
            let share = PythonRounding.twoPlaces(Double(candidate.count) / Double(range.count))
            let average = PythonRounding.twoPlaces(candidate.sum / Double(candidate.count))
            let score = 2 * (average * share) / (average + share)
            if score > best.score { best = (candidate.name, score) }
        }
        for index in range where tags[index].name != best.name {
            confidences[index] = PythonRounding.twoPlaces(best.score)
        }
        return best.name
    }
}

/// Python's `round(value, 2)`.
enum PythonRounding {
    /// The decimal number of two places that is nearest to the exact binary value; the even one if two are as near.
    static func twoPlaces(_ value: Double) -> Double {
        var buffer = [CChar](repeating: 0, count: 400)
        // The C library rounds the exact value, as Python does; multiplying by 100 first would not.
        _ = withVaList([value]) { vsnprintf(&buffer, buffer.count, "%.2f", $0) }
        return strtod(buffer, nil)
    }
}
