// SPDX-License-Identifier: Apache-2.0
// writeback: takes the sums that leave the array, adds up the planes of
// multiplying layers, folds sums into codes, pools them and writes them.
//
// One column's sums (one output channel of ROWS images) arrive a clock, highest
// column first. Clock 0: addresses, and the partial sums of the planes before.
// Clock 1: total. 2: multiply. 3: add. 4: clamp. 5: pool. 6: write; with FOLD_CLOCKS
// above 1 a fold takes so many clocks more, see fold_lane. What is
// kept between planes and between pixels of a pooling window is one word a
// column, because both are the innermost loops around a tile.
//
// Where columns sum activations (sum_columns, with cells of minima), such a sum
// comes before the minima of its pixel's filters: |x - w| - w = x - 2 min(x, w).
//
// With SERIAL a column's sums come one row a clock, and what follows is there once
// for all rows; what belongs to the column stays, and its word is written when the
// last row's code is there.
//
// Where weights are held, LANES output channels of one image arrive a clock, a
// pixel after the other: each lane has a fold of its own, partial sums are kept
// for all pixels of a fold, and a pooling window's pixels follow each other.

`default_nettype none

module writeback #(
    parameter ROWS    = 16,
    parameter COLUMNS = 16,
    parameter W_DATA  = 8,
    parameter W_ACC   = 18,
    parameter W_SUM   = 19,
    parameter W_COUNT = 16,
    parameter W_SIDE  = 16,   // bits of a row or column of a map
    parameter W_ADDR  = 24,
    parameter FIELDS  = 40,
    parameter TILES   = 4,         // that were issued and whose sums have not come, at most
    parameter STATIONARY    = 0,   // 1: weights can be held
    parameter LANES         = 16,  // channels and filters of a word then
    parameter PARTIAL_DEPTH = 0,   // ... and pixels of a fold
    parameter CELL          = 0,   // 0: sums are unsigned; 1 and 2: signed
    parameter SERIAL        = 0,   // 1: a row's sum a clock
    parameter FOLD_CLOCKS   = 1,   // 1 to 4, as CLOCKS of fold_lane
    parameter PLANES        = 1,   // 0: no layer has several planes
    parameter SHORTCUT      = 1,   // 0: no layer adds a map
    parameter AVERAGES      = 1,   // 0: no layer pools averages
    parameter DIRECT        = 0    // as in tile_walker
) (
    input  wire                         clk,
    input  wire                         rst,
    input  wire                         start,           // a layer begins: its fields are there
    input  wire [32*FIELDS-1:0]         fields,
    input  wire [W_COUNT-1:0]           last_image,      // of the batch
    input  wire                         word_write,      // as in tile_walker
    input  wire [5:0]                   word_index,
    input  wire [31:0]                  word,

    input  wire                         issued,          // a tile's last tap, see tile_walker
    input  wire [2:0]                   issued_step,
    input  wire                         issued_last,

    input  wire                         sums_valid,
    input  wire [$clog2(COLUMNS+1)-1:0] sums_column,
    input  wire [$clog2(ROWS+1)-1:0]    sums_row,        // 0 without SERIAL
    input  wire [(SERIAL != 0 ? 1 : ROWS)*W_ACC-1:0] sums,
    input  wire [(SERIAL != 0 ? 1 : ROWS)-1:0] rests,            // 1 more in a sum

    output wire                         fold_read,
    output wire [W_ADDR-1:0]            fold_addr,
    input  wire [39:0]                  slopes,          // {shortcut_mul[24], mul[16]}
    input  wire [LANES*40-1:0]          lane_slopes,     // each lane's, where weights are held
    output wire                         offset_read,     // of the same fold, a clock later
    output wire [W_ADDR-1:0]            offset_addr,
    input  wire [45:0]                  offset,          // {shift[6], add[40]}
    input  wire [LANES*46-1:0]          lane_offsets,
    output wire                         partial_past,    // a pixel is past the partial sums

    output wire                         shortcut_read,   // of the activation buffer that taps are not read from
    output wire [W_ADDR-1:0]            shortcut_addr,
    input  wire [ROWS*W_DATA-1:0]       shortcut_word,

    output reg                          write,
    output wire                         writes_next,     // a word is written in the next clock
    output wire [1:0]                   write_target,    // activation buffer 0 or 1, 2: results, 3: both buffers
    output wire [W_ADDR-1:0]            write_addr,
    output wire [ROWS*W_DATA-1:0]       write_word,
    output wire [6:0]                   write_lanes,     // lanes that are channels, where weights are held
    output wire                         layer_done,      // with the layer's last sum

    output wire                         partial_read,    // events
    output wire                         pool_read
);

localparam ADD         = 2 + (FOLD_CLOCKS < 4 ? FOLD_CLOCKS : 3);   // clocks, as above
localparam CLAMP       = 3 + FOLD_CLOCKS;
localparam POOL        = CLAMP + 1;
localparam WRITE       = CLAMP + 2;
localparam W_MUL       = 16;
localparam W_ADD       = 40;
localparam W_SHIFT     = 6;
localparam W_SHORTCUT  = 24;
localparam W_SLOPES    = W_MUL + W_SHORTCUT;
localparam W_OFFSET    = W_ADD + W_SHIFT;
localparam W_POOL      = W_DATA + (AVERAGES != 0 ? 8 : 0);   // windows of 256 pixels at most
localparam W_INDEX     = $clog2(COLUMNS + 1);
localparam HELD        = 10;           // bits of word 0
localparam SUM_COLUMNS = 17;
localparam AT_ONCE     = SERIAL != 0 ? 1 : ROWS;            // rows
localparam LAST_ROW    = SERIAL != 0 ? ROWS - 1 : 0;
localparam W_ROWS      = $clog2(ROWS + 1);
localparam W_ROW       = SERIAL != 0 ? $clog2(ROWS) : 0;    // bits of a row in an address
localparam PIXELS      = STATIONARY != 0 && PARTIAL_DEPTH > COLUMNS ? PARTIAL_DEPTH : COLUMNS;
localparam PARTIALS    = PIXELS << W_ROW;
localparam ONE         = PARTIALS == 1 && STATIONARY == 0 ? 1 : 0;   // a lane has one total
localparam SUMMED_ONCE = PLANES == 0 && STATIONARY == 0 ? 1 : 0;     // no total is kept for another plane or fold

// ---------------------------------------------------------------------------
// Fields

wire              has_shortcut = SHORTCUT != 0 & fields[6];
wire              average      = AVERAGES != 0 & fields[5];
wire              multiply     = fields[4];
wire [3:0]        pool_shift   = fields[15:12];
wire [W_DATA-1:0] low          = fields[32*21 +: W_DATA];
wire [W_DATA-1:0] high         = fields[32*21+16 +: W_DATA];
wire [W_POOL:0]   half         = {{W_POOL{1'b0}}, average} << pool_shift;   // twice the half

assign write_target = fields[3:2];

wire unused = &{1'b0, fields, half[0], last_image};

wire held        = STATIONARY != 0 & fields[HELD];
wire sum_columns = CELL == 1 & fields[SUM_COLUMNS];

// ---------------------------------------------------------------------------
// Clock 0: where the sums belong

wire              used, first_fold, first_plane, last_sum, first_pixel, last_pixel, outside, layer_end;
wire [W_ADDR-1:0] fold_addr_0, shortcut_addr_0, out_addr_0, partial_addr_0;
wire [6:0]        lanes_0;

wire              tile_used, tile_first_plane, tile_last_plane, tile_first_pixel, tile_last_pixel, tile_outside;
wire              tile_layer_end, sum_of_x;
wire [W_ADDR-1:0] tile_fold_addr, tile_shortcut_addr, tile_out_addr;

wire row_first = sums_row == {W_ROWS{1'b0}};
wire row_last  = sums_row == LAST_ROW[W_ROWS-1:0];

tile_walker #(
    .COLUMNS(COLUMNS), .W_SIDE(W_SIDE), .W_ADDR(W_ADDR), .FIELDS(FIELDS), .TILES(TILES), .CELL(CELL),
    .STATIONARY(STATIONARY), .DIRECT(DIRECT)
) tile_walker_u (
    .clk           (clk),
    .rst           (rst),
    .start         (start),
    .fields        (fields),
    .word_write    (word_write),
    .word_index    (word_index),
    .word          (word),
    .images        (last_image[W_INDEX-1:0] + 1'b1),
    .issued        (issued),
    .issued_step   (issued_step),
    .issued_last   (issued_last),
    .sums_valid    (sums_valid & ~held),
    .leave         (row_last),
    .sums_column   (sums_column),
    .used          (tile_used),
    .sum_of_x      (sum_of_x),
    .first_plane   (tile_first_plane),
    .last_plane    (tile_last_plane),
    .first_pixel   (tile_first_pixel),
    .last_pixel    (tile_last_pixel),
    .outside       (tile_outside),
    .fold_addr     (tile_fold_addr),
    .shortcut_addr (tile_shortcut_addr),
    .out_addr      (tile_out_addr),
    .layer_end     (tile_layer_end)
);

wire [W_INDEX+W_ROWS-1:0] column_row = ({{W_ROWS{1'b0}}, sums_column} << W_ROW) | {{W_INDEX{1'b0}}, sums_row};
wire [W_ADDR-1:0]         column_0   = {{W_ADDR-W_INDEX-W_ROWS{1'b0}}, column_row};

generate if (STATIONARY != 0) begin : gen_held
    wire              held_first_fold, held_first_plane, held_last_sum, held_first_pixel, held_last_pixel;
    wire              held_outside, held_layer_end;
    wire [W_ADDR-1:0] held_fold_addr, held_shortcut_addr, held_out_addr, held_index;

    stationary_walker #(.W_COUNT(W_COUNT), .W_ADDR(W_ADDR), .FIELDS(FIELDS)) stationary_walker_u (
        .clk           (clk),
        .start         (start),
        .fields        (fields),
        .last_image    (last_image),
        .sums_valid    (sums_valid & held),
        .first_fold    (held_first_fold),
        .first_plane   (held_first_plane),
        .last_sum      (held_last_sum),
        .first_pixel   (held_first_pixel),
        .last_pixel    (held_last_pixel),
        .outside       (held_outside),
        .lanes         (lanes_0),
        .index         (held_index),
        .fold_addr     (held_fold_addr),
        .shortcut_addr (held_shortcut_addr),
        .out_addr      (held_out_addr),
        .layer_end     (held_layer_end)
    );

    assign used            = held ? sums_valid : tile_used;
    assign first_fold      = ~held | held_first_fold;
    assign first_plane     = held ? held_first_plane : tile_first_plane;
    assign last_sum        = held ? held_last_sum : tile_last_plane;
    assign first_pixel     = held ? held_first_pixel : tile_first_pixel;
    assign last_pixel      = held ? held_last_pixel : tile_last_pixel;
    assign outside         = held ? held_outside : tile_outside;
    assign layer_end       = held ? held_layer_end : tile_layer_end;
    assign fold_addr_0     = held ? held_fold_addr : tile_fold_addr;
    assign shortcut_addr_0 = held ? held_shortcut_addr : tile_shortcut_addr;
    assign out_addr_0      = held ? held_out_addr : tile_out_addr;
    assign partial_addr_0  = held ? held_index : column_0;
    assign partial_past    = sums_valid & held & held_index >= PARTIAL_DEPTH[W_ADDR-1:0];
end else begin : gen_moving
    assign used            = tile_used;
    assign first_fold      = 1'b1;
    assign first_plane     = tile_first_plane | SUMMED_ONCE != 0;
    assign last_sum        = tile_last_plane | SUMMED_ONCE != 0;
    assign first_pixel     = tile_first_pixel;
    assign last_pixel      = tile_last_pixel;
    assign outside         = tile_outside;
    assign layer_end       = tile_layer_end;
    assign fold_addr_0     = tile_fold_addr;
    assign shortcut_addr_0 = tile_shortcut_addr;
    assign out_addr_0      = tile_out_addr;
    assign partial_addr_0  = column_0;
    assign partial_past    = 1'b0;
    assign lanes_0         = 7'd0;
    wire unused_held = &{1'b0, lane_slopes, lane_offsets};
end endgenerate

// ---------------------------------------------------------------------------
// Flags and addresses, clock by clock. `fold` marks sums whose planes are all there.

localparam W_PLACE = W_INDEX + W_ROWS;

reg               keep_1, first_fold_1, first_plane_1;
reg [WRITE:1]     fold, done;
reg [POOL:1]      first, last, out;
reg [CLAMP:1]     row_begins;                  // the column's first row is there
reg [POOL:1]      row_ends;                    // ... its last
reg [POOL*W_PLACE-1:0] places;                 // column and row, those of clock c in bits (c - 1) * W_PLACE on
reg [W_ADDR-1:0]  partial_addr_1;
reg [(ADD-1)*W_ADDR-1:0] fold_addrs;           // likewise
reg [W_ADDR-1:0]  shortcut_addr_1;

always @(posedge clk) begin
    keep_1         <= used & ~last_sum & ~rst;
    first_fold_1   <= first_fold;
    first_plane_1  <= first_plane;
    partial_addr_1 <= partial_addr_0;

    fold  <= {fold[WRITE-1:1], used & last_sum} & {WRITE{~rst}};
    done  <= {done[WRITE-1:1], layer_end} & {WRITE{~rst}};
    last  <= {last[POOL-1:1], last_pixel};
    first <= {first[POOL-1:1], first_pixel};
    out   <= {out[POOL-1:1], outside};

    row_begins <= {row_begins[CLAMP-1:1], row_first};
    row_ends   <= {row_ends[POOL-1:1], row_last};

    write <= writes_next;

    places     <= {places[(POOL-1)*W_PLACE-1:0], column_row};
    fold_addrs <= {fold_addrs[(ADD-2)*W_ADDR-1:0], fold_addr_0};

    shortcut_addr_1 <= shortcut_addr_0;
end

wire [W_PLACE-1:0] place_multiplied = places[W_PLACE +: W_PLACE];
wire [W_PLACE-1:0] place_clamped    = places[(CLAMP-1)*W_PLACE +: W_PLACE];
wire [W_PLACE-1:0] place_pooled     = places[(POOL-1)*W_PLACE +: W_PLACE];

assign fold_read     = fold[1] & row_begins[1];
assign fold_addr     = fold_addrs[W_ADDR-1:0];
assign offset_read   = fold[ADD-1] & row_begins[ADD-1];
assign offset_addr   = fold_addrs[(ADD-2)*W_ADDR +: W_ADDR];
assign shortcut_read = fold[1] & row_begins[1] & has_shortcut & ~out[1];
assign shortcut_addr = shortcut_addr_1;
assign writes_next   = fold[WRITE-1] & last[WRITE-1] & row_ends[WRITE-1] & ~rst;
assign layer_done    = done[WRITE];

ram_delay #(.CLOCKS(WRITE), .W(W_ADDR)) out_addr_u (.clk(clk), .rst(rst), .in(out_addr_0), .out(write_addr));
delay #(.CLOCKS(STATIONARY != 0 ? WRITE : 0), .W(7)) lanes_u (.clk(clk), .rst(1'b0), .in(lanes_0), .out(write_lanes));

// ---------------------------------------------------------------------------
// Memories of one word a column

wire [AT_ONCE*W_SUM-1:0]  partial, total;
wire [AT_ONCE*W_POOL-1:0] pooled, pooled_next;

wire reads_partial = used & ~(first_plane & first_fold);
wire reads_pool    = fold[CLAMP] & ~first[CLAMP];

assign partial_read = reads_partial & row_first;
assign pool_read    = reads_pool & row_begins[CLAMP];

// A lane's only total stays where it was made, and so does its code: the next sum comes two clocks later at least.
generate if (ONE != 0) begin : gen_one
    wire unused_reads = &{1'b0, reads_partial, reads_pool, partial_addr_1, place_clamped, place_pooled};
end else begin : gen_memories
    if (SUMMED_ONCE != 0) begin : gen_no_partial
        assign partial = {AT_ONCE*W_SUM{1'b0}};
        wire unused_partial = &{1'b0, reads_partial, partial_addr_0, partial_addr_1, keep_1};
    end else begin : gen_partial
        ram_1r1w #(.W(AT_ONCE*W_SUM), .DEPTH(PARTIALS), .W_ADDR(W_ADDR)) partial_u (
            .clk        (clk),
            .write      (keep_1),
            .write_addr (partial_addr_1),
            .write_data (total),
            .read       (reads_partial),
            .read_addr  (partial_addr_0),
            .read_data  (partial)
        );
    end

    ram_1r1w #(.W(AT_ONCE*W_POOL), .DEPTH(COLUMNS << W_ROW), .W_ADDR(W_INDEX+W_ROWS+1)) pool_u (
        .clk        (clk),
        .write      (fold[POOL] & ~last[POOL]),
        .write_addr ({1'b0, place_pooled}),
        .write_data (pooled_next),
        .read       (reads_pool),
        .read_addr  ({1'b0, place_clamped}),
        .read_data  (pooled)
    );
end endgenerate

// ---------------------------------------------------------------------------
// Lanes

reg [AT_ONCE*W_ACC-1:0] sums_1, x_sums_1;   // the latter of the pixel whose filters' sums leave
reg [AT_ONCE-1:0]    rests_1;
reg [W_SHIFT-1:0]    shift_of_clamp;

always @(posedge clk) begin
    if (used) begin
        sums_1  <= sums;
        rests_1 <= rests;
    end
    if (sum_of_x)
        x_sums_1 <= sums;
    shift_of_clamp <= offset[W_ADD +: W_SHIFT];
end

// The codes of the map that is added: those of all rows, or one row's.
wire [AT_ONCE*W_DATA-1:0] shortcuts;
wire [AT_ONCE*W_DATA-1:0] codes;   // of the word

genvar r;
generate for (r = 0; r < AT_ONCE; r = r + 1) begin : gen_lane
    reg  [W_SUM-1:0]  total_2;
    reg  [W_POOL-1:0] pooled_now;
    wire [W_DATA-1:0] code;

    if (ONE != 0) begin : gen_kept
        assign partial[r*W_SUM +: W_SUM]  = total_2;
        assign pooled[r*W_POOL +: W_POOL] = pooled_now;
    end

    // Planes go from the highest bit down; the highest may count negative.
    wire              negative   = CELL != 0 & sums_1[r*W_ACC+W_ACC-1];
    wire [W_SUM-1:0]  left       = {{W_SUM-W_ACC{negative}}, sums_1[r*W_ACC +: W_ACC]};
    wire [W_SUM-1:0]  x_sum      = {{W_SUM-W_ACC{1'b0}}, x_sums_1[r*W_ACC +: W_ACC]};
    wire [W_SUM-1:0]  sum        = sum_columns ? x_sum - {left[W_SUM-2:0], 1'b0} : left;
    wire              subtract   = first_plane_1 & multiply;   // adds the sum's inverse, and the 1 that it is short of
    wire [W_SUM-1:0]  twice      = {partial[r*W_SUM +: W_SUM-1], 1'b0} & {W_SUM{~first_plane_1}};
    wire [W_SUM-1:0]  so_far     = STATIONARY != 0 & ~first_fold_1 ? partial[r*W_SUM +: W_SUM] : twice;
    wire [W_POOL:0]   averaged   = {1'b0, pooled_now} >> (average ? pool_shift : 4'd0);

    wire [W_SUM:0]    with_carry = {so_far, 1'b1} + {sum ^ {W_SUM{subtract}}, subtract ^ rests_1[r]};

    assign total[r*W_SUM +: W_SUM] = with_carry[W_SUM:1];

    always @(posedge clk) begin
        if (fold[1] | (ONE != 0 & keep_1))
            total_2 <= total[r*W_SUM +: W_SUM];
        if (fold[POOL])
            pooled_now <= pooled_next[r*W_POOL +: W_POOL];
    end

    // The lane's fold: its own where weights are held.
    wire [W_MUL-1:0]      mul;
    wire [W_SHORTCUT-1:0] shortcut_mul;
    wire [W_ADD-1:0]      add;
    wire [W_SHIFT-1:0]    shift;

    if (STATIONARY != 0) begin : gen_own
        wire [W_SLOPES-1:0] own_slopes;
        wire [W_OFFSET-1:0] own_offset;
        reg  [W_SHIFT-1:0]  own_shift;

        if (r < LANES) begin : gen_lane_fold
            assign own_slopes = lane_slopes[r*W_SLOPES +: W_SLOPES];
            assign own_offset = lane_offsets[r*W_OFFSET +: W_OFFSET];
        end else begin : gen_no_fold
            assign own_slopes = {W_SLOPES{1'b0}};
            assign own_offset = {W_OFFSET{1'b0}};
        end

        always @(posedge clk)
            own_shift <= own_offset[W_ADD +: W_SHIFT];

        assign mul          = held ? own_slopes[W_MUL-1:0] : slopes[W_MUL-1:0];
        assign shortcut_mul = held ? own_slopes[W_MUL +: W_SHORTCUT] : slopes[W_MUL +: W_SHORTCUT];
        assign add          = held ? own_offset[W_ADD-1:0] : offset[W_ADD-1:0];
        assign shift        = held ? own_shift : shift_of_clamp;
    end else begin : gen_common
        assign mul          = slopes[W_MUL-1:0];
        assign shortcut_mul = slopes[W_MUL +: W_SHORTCUT];
        assign add          = offset[W_ADD-1:0];
        assign shift        = shift_of_clamp;
    end

    fold_lane #(
        .W_DATA(W_DATA), .W_SUM(W_SUM), .W_MUL(W_MUL), .W_SHORTCUT(W_SHORTCUT), .W_ADD(W_ADD), .W_SHIFT(W_SHIFT),
        .CLOCKS(FOLD_CLOCKS)
    ) fold_u (
        .clk          (clk),
        .multiply     (fold[2]),
        .combine      (fold[3]),
        .finish       (fold[4]),
        .offset       (fold[ADD]),
        .shrink       (fold[CLAMP-1]),
        .clamp        (fold[CLAMP]),
        .sum          (total_2),
        .mul          (mul),
        .s            (shortcuts[r*W_DATA +: W_DATA] & {W_DATA{has_shortcut}}),
        .shortcut_mul (shortcut_mul),
        .add          (add),
        .shift        (shift),
        .low          (low),
        .high         (high),
        .code         (code)
    );

    pool_lane #(.W_DATA(W_DATA), .W_POOL(W_POOL)) pool_lane_u (
        .average (average),
        .half    (half[W_POOL:1]),
        .first   (first[POOL]),
        .outside (out[POOL]),
        .code    (code),
        .pooled  (held ? pooled_now : pooled[r*W_POOL +: W_POOL]),
        .next    (pooled_next[r*W_POOL +: W_POOL])
    );

    assign codes[r*W_DATA +: W_DATA] = averaged[W_DATA-1:0];
    wire unused_high = &{1'b0, with_carry[0], averaged[W_POOL:W_DATA], partial[r*W_SUM+W_SUM-1]};
end endgenerate

generate if (SERIAL != 0 && ROWS > 1) begin : gen_row_by_row
    reg  [(ROWS-1)*W_DATA-1:0] earlier;   // codes of the rows before, the last one's highest
    wire [W_DATA-1:0]          shortcut_of [0:ROWS-1];

    for (r = 0; r < ROWS; r = r + 1) begin : gen_shortcut
        assign shortcut_of[r] = shortcut_word[r*W_DATA +: W_DATA];
    end

    always @(posedge clk)
        if (fold[WRITE])
            earlier <= write_word[ROWS*W_DATA-1:W_DATA];

    assign write_word = {codes, earlier};
    assign shortcuts  = shortcut_of[place_multiplied[W_ROW-1:0]];
    wire unused_place = &{1'b0, place_multiplied};
end else begin : gen_all_rows
    assign write_word = codes;
    assign shortcuts  = shortcut_word;
    wire unused_rows = &{1'b0, row_begins, row_ends, place_multiplied};
end endgenerate

endmodule

`default_nettype wire
