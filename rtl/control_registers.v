// SPDX-License-Identifier: Apache-2.0
// control_registers: the registers that the host sees, described in docs/registers.md.
//
// Made from registers.json by `npm run registers`: change that file, not this one.
// An event in the clock of its clearing wins.

`default_nettype none

module control_registers (
    input  wire        clk,
    input  wire        rst,
    input  wire        write,                     // for a clock; nothing changes where nothing is found
    input  wire [11:0] write_address,             // in bytes
    input  wire [31:0] write_data,
    input  wire [31:0] write_mask,                // bits to write
    output wire        write_found,               // a register that can be written is there
    input  wire        read,                      // for a clock
    input  wire [11:0] read_address,
    output reg  [31:0] read_data,                 // in the same clock; 0 where nothing is found
    output reg         read_found,

    input  wire [7:0]  array_rows,
    input  wire [7:0]  array_columns,
    input  wire [4:0]  array_data_bits,
    input  wire [1:0]  array_weight_ports,
    input  wire        array_serial_fold,
    input  wire [5:0]  array_acc_bits,
    input  wire [1:0]  array_cell,

    input  wire [5:0]  widths_sum_bits,
    input  wire        widths_pipelined,
    input  wire [1:0]  widths_weight_segments,
    input  wire [9:0]  widths_stream_bytes,
    input  wire [9:0]  widths_result_bytes,

    input  wire [31:0] activation_depth,

    input  wire [31:0] weight_depth,

    input  wire [31:0] fold_depth,

    input  wire [31:0] pad_depth,

    input  wire [31:0] result_depth,

    input  wire [31:0] program_depth,

    input  wire [31:0] partial_depth,

    output wire        control_soft_reset_next,   // in the clock before
    output reg         control_soft_reset,        // for a clock
    output reg         control_pause,
    output reg         control_gate,
    output reg         control_batch_interrupt,
    output reg         control_error_interrupt,

    input  wire        status_busy,
    input  wire [1:0]  status_waiting,
    input  wire [1:0]  status_results,
    input  wire        status_receiving,
    input  wire        status_error,
    input  wire        status_irq,

    input  wire        errors_target_set,
    input  wire        errors_range_set,
    input  wire        errors_short_set,
    input  wire        errors_long_set,
    input  wire        errors_images_set,
    input  wire        errors_command_set,
    input  wire        errors_address_set,
    input  wire        errors_watchdog_set,
    input  wire        errors_segment_set,
    output reg  [8:0]  errors,

    input  wire        interrupts_batch_set,
    input  wire        interrupts_error_set,
    output reg  [1:0]  interrupts,

    output reg  [31:0] watchdog,

    input  wire [31:0] batches,

    input  wire [31:0] dropped,

    output reg  [5:0]  counter_select_layer,
    output reg  [4:0]  counter_select_counter,

    input  wire [31:0] counter_low,
    output wire        counter_low_read,          // it is being read

    input  wire [31:0] counter_high,

    input  wire [31:0] clocks_low,
    output wire        clocks_low_read,           // it is being read

    input  wire [31:0] clocks_high
);

wire write_control        = write & write_address == 12'h040;
wire write_errors         = write & write_address == 12'h048;
wire write_interrupts     = write & write_address == 12'h04c;
wire write_watchdog       = write & write_address == 12'h050;
wire write_counter_select = write & write_address == 12'h060;

assign write_found =
    write_address == 12'h040 |
    write_address == 12'h048 |
    write_address == 12'h04c |
    write_address == 12'h050 |
    write_address == 12'h060;

assign control_soft_reset_next = write_control & write_data[0] & write_mask[0];

assign counter_low_read = read & read_address == 12'h064;
assign clocks_low_read = read & read_address == 12'h070;

always @* begin
    read_found = 1'b1;
    case (read_address)
        12'h000: read_data = 32'h42455255;
        12'h004: read_data = 32'h00010003;
        12'h008: read_data = {array_cell, array_acc_bits, array_serial_fold, array_weight_ports, array_data_bits, array_columns, array_rows};
        12'h00c: read_data = {2'd0, widths_result_bytes, widths_weight_segments, widths_stream_bytes, 1'd0, widths_pipelined, widths_sum_bits};
        12'h010: read_data = activation_depth;
        12'h014: read_data = weight_depth;
        12'h018: read_data = fold_depth;
        12'h01c: read_data = pad_depth;
        12'h020: read_data = result_depth;
        12'h024: read_data = program_depth;
        12'h028: read_data = partial_depth;
        12'h040: read_data = {22'd0, control_error_interrupt, control_batch_interrupt, 5'd0, control_gate, control_pause, 1'b0};
        12'h044: read_data = {24'd0, status_irq, status_error, status_receiving, status_results, status_waiting, status_busy};
        12'h048: read_data = {23'd0, errors};
        12'h04c: read_data = {30'd0, interrupts};
        12'h050: read_data = watchdog;
        12'h054: read_data = batches;
        12'h058: read_data = dropped;
        12'h060: read_data = {19'd0, counter_select_counter, 2'd0, counter_select_layer};
        12'h064: read_data = counter_low;
        12'h068: read_data = counter_high;
        12'h070: read_data = clocks_low;
        12'h074: read_data = clocks_high;
        default: begin
            read_data  = 32'd0;
            read_found = 1'b0;
        end
    endcase
end

always @(posedge clk) begin
    control_soft_reset <= control_soft_reset_next;
    if (write_control)
        control_pause <= (control_pause & ~write_mask[1]) | (write_data[1] & write_mask[1]);
    if (write_control)
        control_gate <= (control_gate & ~write_mask[2]) | (write_data[2] & write_mask[2]);
    if (write_control)
        control_batch_interrupt <= (control_batch_interrupt & ~write_mask[8]) | (write_data[8] & write_mask[8]);
    if (write_control)
        control_error_interrupt <= (control_error_interrupt & ~write_mask[9]) | (write_data[9] & write_mask[9]);
    errors <= (errors & ~(write_data[8:0] & write_mask[8:0] & {9{write_errors}})) | {
        errors_segment_set,
        errors_watchdog_set,
        errors_address_set,
        errors_command_set,
        errors_images_set,
        errors_long_set,
        errors_short_set,
        errors_range_set,
        errors_target_set
    };
    interrupts <= (interrupts & ~(write_data[1:0] & write_mask[1:0] & {2{write_interrupts}})) | {
        interrupts_error_set,
        interrupts_batch_set
    };
    if (write_watchdog)
        watchdog <= (watchdog & ~write_mask[31:0]) | (write_data[31:0] & write_mask[31:0]);
    if (write_counter_select)
        counter_select_layer <= (counter_select_layer & ~write_mask[5:0]) | (write_data[5:0] & write_mask[5:0]);
    if (write_counter_select)
        counter_select_counter <= (counter_select_counter & ~write_mask[12:8]) | (write_data[12:8] & write_mask[12:8]);
    if (rst) begin
        control_soft_reset <= 1'h0;
        control_pause <= 1'h0;
        control_gate <= 1'h0;
        control_batch_interrupt <= 1'h0;
        control_error_interrupt <= 1'h0;
        errors <= 9'd0;
        interrupts <= 2'd0;
        watchdog <= 32'h80000000;
        counter_select_layer <= 6'h00;
        counter_select_counter <= 5'h00;
    end
end

endmodule

`default_nettype wire
