"""What every address of ours is: a page to be photographed, or something else. What is new is named here."""

from __future__ import annotations

#: How a page answers, and one that waits for what is being made.
SHOWN = (200, 202)


def _named(words: str) -> frozenset[str]:
    return frozenset(words.split())


#: Pages: somebody of the demo, an owner or a stranger may open each, and each is photographed.
PAGES = _named("""
    account_change_password account_inactive account_login account_logout account_reauthenticate
    account_reset_password account_reset_password_done account_reset_password_from_key_done amounts
    analyses approval approvals approvals_decided audit bulletin bulletins calendar case case_edit
    case_versions case_warranty case_warranty_act cite_wrong clause_cite commendation
    commendation_act commendation_new commendations court_add court_off court_outcome court_wrong
    desk desk_filed desk_note desk_notes desk_relay desk_relays evidence evidence_act evidence_add
    evidence_item evidence_statement first_steps follow_ups forecast home inbox inquiry inquiry_act
    inquiry_add measure measure_act measure_answer measure_board measure_new measures move note_link
    objection_paper overrun own_views past_ledger past_ledgers people person person_duties
    person_new person_training person_training_back phrases_sent policy policy_versions portal_case
    portal_code portal_entry portal_home portal_mine portal_owner_report portal_owner_reports
    portal_report portal_report_sent portal_report_step portal_survey portal_survey_thanks poster
    poster_new posters posters_many posters_of profile queue reading_day records registers
    registers_builder registers_builder_add registers_building registers_elsewhere registers_estate
    registers_hand_over registers_import registers_import_check registers_move_out
    registers_occupancy_edit registers_owner registers_owner_edit registers_person_add
    registers_phone_add registers_unit registers_unit_edit registers_warranty
    registers_warranty_settings regulator relays reports-appraisal reports-appraisal_cases
    reports-appraisal_checks reports-appraisal_rules reports-appraisal_rules_edit reports-appraisals
    reports-appraisals_own reports-appraisals_year reports-behind reports-calendar
    reports-calendar_duty reports-calendar_rule reports-calendar_settings reports-calendar_versions
    reports-commended_behind reports-dashboard reports-dashboard_cases reports-days reports-due
    reports-index reports-ledger reports-made reports-measures_behind reports-meeting
    reports-meeting_measure reports-meetings reports-monthly reports-owner_meeting
    reports-owner_meeting_act reports-owner_meeting_new reports-owner_meetings
    reports-owner_promise_act reports-owner_promise_measure reports-owner_report
    reports-owner_report_act reports-owner_report_block reports-owner_report_new
    reports-owner_reports reports-paper reports-public reports-rating reports-rating_act
    reports-rating_behind reports-rating_new reports-rating_rules reports-ratings reports-survey
    reports-survey_measure reports-target reports-targets reports-verify reports-warranty
    reports-warranty_behind reviews revisits reward reward_act rewards search settings
    settings_company settings_department settings_estate settings_estate_end settings_estate_new
    settings_estates settings_messages settings_number settings_numbers settings_timers
    settings_word settings_word_new settings_words staff_file studies study study_act study_training
    superior survey survey_act survey_answer survey_new surveys training_course training_course_new
    training_paste trainings visit visit_act visit_new visits warranties warranty_ending words
    words_new words_row
""")
#: Posted to; what was wrong is said on the page whose form it was.
ACTS = _named("""
    calendar_hours calendar_look calendar_save choose_estate decide_amount decide_extension
    decide_overrun decide_superior desk_chase desk_claim desk_estate desk_new_link desk_reopen
    evidence_verify fold_card inbox_open inbox_read past_ledger_leave past_ledger_void person_absent
    person_appoint person_back person_close person_dismiss person_edit person_link portal_act
    portal_leave portal_mine_leave portal_report_done portal_report_throw_away portal_wechat_back
    portal_wechat_stop poster_hang profile_back profile_leave profile_messages queue_bulk
    queue_bulk_undo registers_builder_remove registers_hand_over_remove registers_import_leave
    registers_move_out_undo registers_phone_own registers_phone_remove reports-appraisal_act
    reports-appraisal_begin reports-appraisal_check_strike reports-ask reports-calendar_begin
    reports-due_act reports-due_make reports-issue reports-meeting_correct reports-meeting_decide
    reports-meeting_settle reports-public_keep review_agree review_link review_send_back
    set_language_choice settings_department_new settings_estate_resume settings_messages_retry
    sign_day staff_file_load study_take_up words_first words_use write_day_note
""")
#: Something to keep or to print, and what only programs read.
FILES = _named("""
    audit_export file healthz measures_csv past_ledger_lines phrases_json portal_file
    portal_manifest portal_owner_report_pdf portal_report_thumbnail portal_thumbnail
    registers_hand_over_csv registers_import_report reports-appraisal_pdf
    reports-appraisals_month_pdf reports-appraisals_year_pdf reports-behind_file reports-bulletin
    reports-calendar_table reports-case_sheet reports-case_sheets reports-commendation
    reports-days_file reports-due_paper reports-evidence_list reports-extension_sheet
    reports-follow_up_sheet reports-inquiry reports-ledger_excel reports-ledger_made
    reports-ledger_pdf reports-ledger_printed reports-overrun_sheet reports-owner_minutes
    reports-owner_report_pdf reports-pdf reports-posters reports-ratings_file reports-receipt
    reports-revisit_sheet reports-statement reports-survey_links reports-survey_paper
    reports-survey_sheets reports-survey_table reports-targets_table reports-xlsx rewards_csv
    staff_file_template thumbnail warranties_csv warranty_ending_csv
""")
#: Pieces of a page, fetched into it.
PARTS = _named("""
    case_danger decide_first desk_danger desk_find desk_look desk_offers desk_order desk_pick
    queue_fresh studies_beside
""")
#: Leads on to a page at once.
ELSEWHERE = _named("""
    account_email readings receipt_link scan
""")
#: Pages that only a key in a letter, a real WeChat or a code opens, by what they need; tests open them.
NOT_HERE: dict[str, str] = {
    "account_confirm_email": "a letter's key",
    "account_confirm_login_code": "a code by mail, which is switched off",
    "account_email_verification_sent": "follows a new mailbox",
    "account_reset_password_from_key": "a letter's key",
    "account_set_password": "only for who has none",
    "account_signup": "switched off",
    "decide_by_link": "leads on at once, or refuses",
    "portal_note": "follows the button of note_link",
    "portal_texts": "follows a case with a phone of its own",
    "portal_wechat": "WeChat's own browser",
    "queue_bulk_done": "follows an act on many",
}
