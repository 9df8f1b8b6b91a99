import Dialogue
import ExactText
import JSON
import Logging

/// Fills slots from the last message as their mappings say. It runs before the policies are asked, and leaves no event
/// of its own.
struct ExtractSlots: Action {
    let name = DefaultAction.extractSlots
    let mappings: SlotMappingIndex
    let logger: Logger

    func run(_ context: ActionContext) async throws -> [Event] {
        var events: [Event] = []
        var customActions: Set<ExactString> = []
        var filled: Int?
        let candidates = mappings.candidates(
            for: context.tracker.latestMessage, in: context.tracker.activeLoop?.name)
        for entry in candidates where entry.place != filled && holds(entry, context) {
            let (slot, mapping) = (entry.slot, entry.mapping)
            if let value = value(of: mapping, for: slot, context.tracker),
                !value.isNull || !context.tracker.slot(slot.name).isNull
            {
                events.append(Event(.slot(SlotSet(slot.name, value))))
                // The first mapping that finds something fills the slot.
                filled = entry.place
            } else if mapping.kind == .custom, let action = mapping.action, customActions.insert(action).inserted {
                events += await runCustom(action, context)
            }
        }
        return await validated(events.filter { $0.slot != nil }, context)
    }

    private func holds(_ entry: SlotMappingIndex.Entry, _ context: ActionContext) -> Bool {
        let mapping = entry.mapping
        return wantsIntent(mapping, context)
            && (mapping.kind == .fromTriggerIntent || conditionsHold(mapping, for: entry.slot, context.tracker))
            && !isAmbiguous(entry, context)
    }

    private func wantsIntent(_ mapping: SlotMapping, _ context: ActionContext) -> Bool {
        let intent = context.tracker.latestMessage.intentName
        if let intent, mapping.intents.contains(exact: intent) { return true }
        guard mapping.intents.isEmpty else { return false }
        guard let intent else { return true }
        return !mapping.notIntents.contains(exact: intent)
            && !ignoredIntents(mapping, context).contains(exact: intent)
    }

    /// The intents that the active form passes over, where the mapping is the form's affair.
    private func ignoredIntents(_ mapping: SlotMapping, _ context: ActionContext) -> [String] {
        guard let loop = context.tracker.activeLoop?.name, let form = context.domain.forms[loop],
            mapping.conditions.isEmpty || mapping.conditions.contains(where: { $0.activeLoop?.exact == loop.exact })
        else { return [] }
        return form.ignoredIntents
    }

    private func conditionsHold(_ mapping: SlotMapping, for slot: Slot, _ tracker: Tracker) -> Bool {
        guard !mapping.conditions.isEmpty else { return true }
        let requested = tracker.slot(DefaultSlot.requestedSlot).string
        if tracker.activeLoop?.isRejected == true, requested?.exact == slot.name.exact { return false }
        let loop = tracker.activeLoop?.name
        return mapping.conditions.contains { condition in
            guard let wanted = condition.activeLoop else { return loop == nil }
            return wanted.exact == loop?.exact
                && ((condition.requestedSlot ?? "").isEmpty || condition.requestedSlot?.exact == requested?.exact)
        }
    }

    /// While a form asks for another slot, an entity that could fill several of the form's slots fills none.
    private func isAmbiguous(_ entry: SlotMappingIndex.Entry, _ context: ActionContext) -> Bool {
        guard entry.mapping.kind == .fromEntity, let loop = context.tracker.activeLoop?.name,
            context.tracker.slot(DefaultSlot.requestedSlot).string?.exact != entry.slot.name.exact
        else { return false }
        return mappings.isAmbiguous(entry, in: loop)
    }

    /// What a mapping that needs no action makes of the message; nil where it finds nothing.
    private func value(of mapping: SlotMapping, for slot: Slot, _ tracker: Tracker) -> JSON? {
        let values: [JSON]
        switch mapping.kind {
        case .fromEntity:
            values = tracker.latestMessage.entityValues(mapping.entity, role: mapping.role, group: mapping.group)
        case .fromIntent: values = [mapping.value]
        case .fromText: values = [.text(tracker.latestMessage.text)]
        case .fromTriggerIntent:
            guard let loop = tracker.activeLoop?.name else { return nil }
            let loops = mapping.conditions.map(\.activeLoop)
            guard loops.isEmpty || loops.contains(where: { $0?.exact == loop.exact }) else { return nil }
            values = [mapping.value]
        case .custom: return nil
        }
        guard let last = values.last else { return nil }
        return slot.kind == .list ? .array(values) : last
    }

    /// Runs an action of the author that fills slots; where it fails, its slots stay as they are. It can set slots and
    /// speak, and nothing else.
    private func runCustom(_ name: String, _ context: ActionContext) async -> [Event] {
        do {
            return try await CustomAction(name: name).run(context).filter { event in
                if event.slot != nil || event.isUtterance { return true }
                logger.info(
                    "An action that fills slots may only set slots and send messages; its event is left out",
                    metadata: ["action": "\(name)", "event": "\(event.typeName)"])
                return false
            }
        } catch {
            logger.warning(
                "An action that fills slots failed; its slots stay as they are",
                metadata: ["action": "\(name)", "error": "\(error)"])
            return []
        }
    }

    /// The slots after the author's own check of them, where the domain has one.
    private func validated(_ events: [Event], _ context: ActionContext) async -> [Event] {
        guard context.domain.isUserAction(DefaultAction.validateSlotMappings) else { return events }
        var context = context
        context.tracker = context.trial(adding: events)
        let checked = await runCustom(DefaultAction.validateSlotMappings, context)
        let names = Set<ExactString>(checked.compactMap { $0.slot?.name })
        return checked + events.filter { $0.slot.map { !names.contains($0.name) } ?? true }
    }
}

extension Event {
    fileprivate var isUtterance: Bool { if case .bot = body { true } else { false } }
}
