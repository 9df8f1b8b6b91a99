/// Finds what somebody probably meant to write.
package enum Suggestion {
    /// The candidate nearest to `word`, or nil where none is near: at most a third of the word's characters, at least
    /// two, may differ, and not all of them. Case does not count. Of equally near ones the first wins.
    package static func nearest(to word: String, in candidates: some Sequence<String>) -> String? {
        let written = Array(word.lowercased().unicodeScalars)
        let allowed = min(max(2, written.count / 3), written.count - 1)
        var best: (candidate: String, distance: Int)?
        for candidate in candidates {
            let distance = distance(written, Array(candidate.lowercased().unicodeScalars))
            if distance <= allowed, distance < best?.distance ?? Int.max { best = (candidate, distance) }
        }
        return best?.candidate
    }

    /// How many characters have to be put in, left out, replaced or swapped with their neighbour to make one word the
    /// other (optimal string alignment).
    package static func distance(_ left: String, _ right: String) -> Int {
        distance(Array(left.unicodeScalars), Array(right.unicodeScalars))
    }

    /// `; did you mean 'x'?`, or nothing where no candidate is near.
    static func question(_ word: String, _ candidates: some Sequence<String>) -> String {
        nearest(to: word, in: candidates).map { "; did you mean '\($0)'?" } ?? ""
    }

    private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            for column in 0..<right.count {
                let replaced = last[column] + (left[row] == right[column] ? 0 : 1)
                var cost = min(replaced, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
