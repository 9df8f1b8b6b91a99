package import Dialogue
import ExactText

/// Goes through stories and rules in every way that their checkpoints allow, and glues whole stories together at random
/// for policies with networks (Rasa's `TrainingDataGenerator`).
package struct StoryTeller {
    let graph: StoryGraph
    package let domain: Domain

    package init(_ steps: [StoryStep], _ domain: Domain) {
        graph = StoryGraph(steps).withoutCycles()
        self.domain = domain
    }

    /// How many conversations alternatives and checkpoints may make, besides one for each step.
    package static let maxConversations = 50_000

    package struct Conversations: Sendable {
        /// All conversations, those of stories first.
        package var trackers: [TrainingTracker]
        /// Stories that go on from the ends of others.
        package var augmented: [TrainingTracker]
        package var warnings: [TrainingWarning]
    }

    /// All conversations.
    ///
    /// - Parameter augmentation: Ten times as many conversations of glued stories are made at most
    ///   (`augmentation_factor`); 0 for none.
    /// - Throws: ``TrainingError`` where they are too many, with the place where they part once more.
    package func tell(augmentation: Int = 0) throws(TrainingError) -> Conversations {
        var replay = StoryReplay(graph: graph, domain: domain, limit: Self.maxConversations + graph.ordered.count)
        let (stories, augmented) = try replay.tell(
            graph.ordered.filter { !$0.isRule }, isRule: false, augmentation: augmentation)
        let rules = try replay.tell(graph.ordered.filter(\.isRule), isRule: true).told
        return Conversations(trackers: stories + rules, augmented: augmented, warnings: replay.warnings)
    }
}
