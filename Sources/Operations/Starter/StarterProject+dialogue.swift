/// What the assistant understands and says.
extension StarterProject {
    static let domain = """
        # What the assistant knows: intents, entities, slots and responses.
        version: "3.1"

        intents:
          - greet
          - goodbye
          - ask_hours
          - ask_feedback
          - affirm
          - deny
          - bot_challenge

        entities:
          - day

        slots:
          day:
            type: text
            influence_conversation: false
            mappings:
              - type: from_entity
                entity: day

        responses:
          utter_greet:
            - text: "Hello! Ask me when we are open, or tell me how you like it here."
              buttons:
                - title: "Opening hours"
                  payload: "/ask_hours"
                - title: "Feedback"
                  payload: "/ask_feedback"
          utter_hours:
            - condition:
                - type: slot
                  name: day
                  value: sunday
              text: "We are closed on Sundays."
            - text: "We are open from nine to five, Monday to Saturday."
          utter_ask_feedback:
            - text: "Do you like it here?"
          utter_glad:
            - text: "I am glad to hear that!"
          utter_sorry:
            - text: "I am sorry to hear that. We will do better."
          utter_goodbye:
            - text: "Goodbye!"
          utter_bot:
            - text: "I am a bot."
          utter_rephrase:
            - text: "I did not understand that. Could you say it in other words?"

        session_config:
          session_expiration_time: 60
          carry_over_slots_to_new_session: true

        """

    static let examples = """
        # What users say. The more examples and the more different they are, the better they are told apart.
        version: "3.1"

        nlu:
          - intent: greet
            examples: |
              - hello
              - hello there
              - hi
              - hey
              - good morning
              - good evening
              - good afternoon
          - intent: goodbye
            examples: |
              - bye
              - bye bye
              - goodbye
              - see you
              - see you later
              - have a nice day
              - until next time
          - intent: ask_hours
            examples: |
              - opening hours
              - what are your opening hours
              - when do you open
              - when do you close
              - are you open
              - are you open on [monday](day)
              - are you open on [saturday](day)
              - are you open on [sundays](day)
              - is it open on [sunday](day)
              - do you open on [tuesday](day)
              - what about [friday](day)
          - intent: ask_feedback
            examples: |
              - feedback
              - I have feedback
              - I want to tell you my opinion
              - my opinion
              - may I say how I like it
              - can I leave a comment
          - intent: affirm
            examples: |
              - yes
              - yes I do
              - of course
              - very much
              - sure
              - absolutely
              - I like it
          - intent: deny
            examples: |
              - no
              - no I do not
              - not really
              - never
              - not at all
              - I do not like it
          - intent: bot_challenge
            examples: |
              - are you a bot
              - are you human
              - are you a real person
              - am I talking to a machine
              - who are you
          - lookup: day
            examples: |
              - monday
              - tuesday
              - wednesday
              - thursday
              - friday
              - saturday
              - sunday
              - sundays
          - synonym: sunday
            examples: |
              - Sunday
              - Sundays
              - sundays

        """

    static let rules = """
        # What the assistant does whenever a message comes, whatever was said before.
        version: "3.1"

        rules:
          - rule: greet back
            steps:
              - intent: greet
              - action: utter_greet
          - rule: say goodbye
            steps:
              - intent: goodbye
              - action: utter_goodbye
          - rule: say when it is open
            steps:
              - intent: ask_hours
              - action: utter_hours
          - rule: say what it is
            steps:
              - intent: bot_challenge
              - action: utter_bot
          - rule: ask again when the message was not understood
            steps:
              - intent: nlu_fallback
              - action: utter_rephrase

        """

    static let stories = """
        # Conversations of several steps.
        version: "3.1"

        stories:
          - story: likes it
            steps:
              - intent: ask_feedback
              - action: utter_ask_feedback
              - intent: affirm
              - action: utter_glad
          - story: does not like it
            steps:
              - intent: ask_feedback
              - action: utter_ask_feedback
              - intent: deny
              - action: utter_sorry

        """

    static let testStories = """
        # What the assistant must say; POST /model/test/stories holds a model against it.
        version: "3.1"

        stories:
          - story: opening hours
            steps:
              - user: |
                  hello
                intent: greet
              - action: utter_greet
              - user: |
                  are you open
                intent: ask_hours
              - action: utter_hours
          - story: feedback
            steps:
              - user: |
                  feedback
                intent: ask_feedback
              - action: utter_ask_feedback
              - user: |
                  not really
                intent: deny
              - action: utter_sorry

        """
}
