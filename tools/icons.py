"""The icons that pages use, by their names in Tabler's outline set.

Add a name and run `make vendor`; a page shows one by
`<svg class="icon"><use href="/static/icons/sprite.svg#ticket"></use></svg>`.
"""

ICONS = frozenset(
    """
    adjustments alert-circle alert-triangle arrow-back-up arrow-left arrow-right ban bell book
    building building-bank building-store calendar calendar-event calendar-off certificate
    chart-bar check checks chevron-down chevron-left chevron-right chevron-up circle-check
    circle-dashed circle-x clipboard clock coins copy device-desktop dots dots-vertical download
    external-link eye eye-off file-download file-invoice file-spreadsheet file-text file-type-csv
    file-type-pdf file-type-xls filter help history home hourglass inbox info-circle key language
    license list list-check list-details lock lock-open login logout mail mail-check map-pin
    menu-2 moon package package-import paperclip pencil percentage phone plus printer qrcode
    receipt refresh replace report school search selector send settings shield-check
    shopping-cart sort-ascending sort-descending stack-2 sun switch-horizontal table ticket
    ticket-off trash truck-delivery upload user user-check user-circle user-off user-plus users
    users-group world x
    """.split()
)
