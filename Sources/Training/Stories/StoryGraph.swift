import ExactText
import OrderedCollections

struct StoryGraph {
    /// The steps, each after those that lead to it.
    let ordered: [StoryStep]
    /// Where a story that came back on itself goes on: end checkpoint → start checkpoint.
    let continuations: [ExactString: ExactString]
    private let steps: [StoryStep]
    /// Ids of steps of which the first leads back to the second.
    private let cycles: [Edge]

    static let generatedPrefix = "GENR_"

    private struct Edge: Hashable, Comparable {
        let from: ExactString
        let to: ExactString

        static func < (one: Edge, other: Edge) -> Bool { (one.from, one.to) < (other.from, other.to) }
    }

    init(_ steps: [StoryStep], continuations: [ExactString: ExactString] = [:]) {
        self.steps = steps
        self.continuations = continuations
        var byStart: [ExactString: [StoryStep]] = [:]
        for step in steps {
            for start in step.starts { byStart[start.name, default: []].append(step) }
        }
        var following: [ExactString: Set<ExactString>] = [:]
        for step in steps {
            following[step.id] = Set(step.ends.flatMap { byStart[$0.name] ?? [] }.map(\.id))
        }
        var sort = Sort(following: following)
        sort.run()
        let byID = Dictionary(steps.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
        ordered = sort.ordered.reversed().compactMap { byID[$0] }
        cycles = sort.backEdges.sorted()
    }

    /// Depth first, the last id first, as Rasa does it.
    private struct Sort {
        let following: [ExactString: Set<ExactString>]
        /// In reverse.
        var ordered: [ExactString] = []
        var backEdges: Set<Edge> = []
        private var open: Set<ExactString> = []
        private var done: Set<ExactString> = []

        init(following: [ExactString: Set<ExactString>]) { self.following = following }

        mutating func run() {
            for id in following.keys.sorted().reversed() where !done.contains(id) { visit(id) }
        }

        private mutating func visit(_ root: ExactString) {
            // Without recursion: stories may be chained by the thousand.
            var path: [(id: ExactString, rest: [ExactString])] = [(root, children(of: root))]
            open.insert(root)
            while let (id, rest) = path.last {
                guard let next = rest.last else {
                    path.removeLast()
                    open.remove(id)
                    done.insert(id)
                    ordered.append(id)
                    continue
                }
                path[path.count - 1].rest.removeLast()
                if open.contains(next) {
                    backEdges.insert(Edge(from: id, to: next))
                } else if !done.contains(next) {
                    open.insert(next)
                    path.append((next, children(of: next)))
                }
            }
        }

        private func children(of id: ExactString) -> [ExactString] { (following[id] ?? []).sorted().reversed() }
    }

    /// The graph with circles cut open: a step that leads back ends at a place of its own, from which each step that
    /// began the circle goes on once more.
    func withoutCycles() -> StoryGraph {
        guard !cycles.isEmpty else { return self }
        var byID = OrderedDictionary(steps.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
        var continuations = continuations
        var overlapping: Set<ExactString> = []
        for (number, edge) in cycles.enumerated() {
            guard var from = byID[edge.from], let to = byID[edge.to] else { continue }
            let prefix = "\(Self.generatedPrefix)CYCL_"
            let (output, source): (ExactString, ExactString) = ("\(prefix)SINK_\(number)", "\(prefix)SRC_\(number)")
            let connector: ExactString = "\(prefix)CONN_\(number)"
            continuations[output] = source
            let shared = Set(from.ends.map(\.name)).intersection(to.starts.map(\.name))
            overlapping.formUnion(shared)
            from.ends.removeAll { shared.contains($0.name) }
            from.ends.append(Checkpoint(name: output))
            byID[edge.from] = from
            var needsConnector = false
            for (id, step) in byID {
                var additional: [Checkpoint] = []
                for start in step.starts where shared.contains(start.name) {
                    let name = id == edge.to ? source : connector
                    needsConnector = needsConnector || id != edge.to
                    let checkpoint = Checkpoint(name: name, conditions: start.conditions)
                    if !step.starts.contains(checkpoint) { additional.append(checkpoint) }
                }
                if !additional.isEmpty { byID[id]?.starts += additional }
            }
            if needsConnector { byID[edge.from]?.ends.append(Checkpoint(name: connector)) }
        }
        return StoryGraph(
            Self.withoutUnused(byID.values.map { $0 }, overlapping, continuations), continuations: continuations)
    }

    /// Without checkpoints that cutting has left without a counterpart.
    private static func withoutUnused(
        _ steps: [StoryStep], _ overlapping: Set<ExactString>, _ continuations: [ExactString: ExactString]
    ) -> [StoryStep] {
        let starts = Set(steps.flatMap(\.starts).map(\.name) + [Checkpoint.start])
        let ends = Set(steps.flatMap(\.ends).map { continuations[$0.name] ?? $0.name } + [Checkpoint.start])
        let unused = starts.symmetricDifference(ends)
        let generated = unused.filter { $0.hasPrefix(generatedPrefix) }
        return steps.compactMap { step in
            var step = step
            let (hadStarts, hadEnds) = (!step.starts.isEmpty, !step.ends.isEmpty)
            step.starts.removeAll { unused.contains($0.name) && overlapping.contains($0.name) }
            step.ends.removeAll { generated.contains($0.name) }
            if hadStarts && step.starts.isEmpty || hadEnds && step.ends.isEmpty { return nil }
            return step
        }
    }
}
